//! Small files for the tests, made on the spot.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A picture with a gradient, encoded.
pub(super) fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, (x * y) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Exif data with an orientation and the tag that leads to GPS data, and the data themselves.
pub(super) fn exif_with_gps(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0]);
    tiff.extend([0; 4]);
    tiff.extend(b"GPS: 43.238949, 76.889709");
    tiff
}

/// Puts segments behind the start of a JPEG.
pub(super) fn jpeg_with(jpeg: &[u8], segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut bytes = jpeg[..2].to_vec();
    for (marker, body) in segments {
        bytes.extend([0xFF, *marker]);
        bytes.extend((body.len() as u16 + 2).to_be_bytes());
        bytes.extend(*body);
    }
    bytes.extend(&jpeg[2..]);
    bytes
}

/// Puts chunks behind the header of a PNG.
pub(super) fn png_with(png: &[u8], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut bytes = png[..33].to_vec();
    for (name, data) in chunks {
        bytes.extend((data.len() as u32).to_be_bytes());
        let body = [*name as &[u8], data].concat();
        bytes.extend(&body);
        bytes.extend(crc32fast::hash(&body).to_be_bytes());
    }
    bytes.extend(&png[33..]);
    bytes
}

/// A WebP in the extended format with further chunks behind the picture.
pub(super) fn webp_with(webp: &[u8], size: (u32, u32), flags: u8, chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBPVP8X\x0a\0\0\0".to_vec();
    body.extend([flags, 0, 0, 0]);
    body.extend(&(size.0 - 1).to_le_bytes()[..3]);
    body.extend(&(size.1 - 1).to_le_bytes()[..3]);
    body.extend(&webp[12..]);
    for (name, data) in chunks {
        body.extend(*name);
        body.extend((data.len() as u32).to_le_bytes());
        body.extend(*data);
        body.resize(body.len().next_multiple_of(2), 0);
    }
    [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
}

/// An MP4 box.
pub(super) fn mp4_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
}

/// A film of 12.5 seconds, 1280 × 720, laid on its side or not, or a recording of the same length.
pub(super) fn mp4(brand: &[u8; 4], handler: &[u8; 4], on_its_side: bool) -> Vec<u8> {
    let mut mvhd = vec![0; 100];
    mvhd[12..16].copy_from_slice(&1000_u32.to_be_bytes());
    mvhd[16..20].copy_from_slice(&12_500_u32.to_be_bytes());
    let mut tkhd = vec![0; 84];
    let (a, b) = if on_its_side { (44, 52) } else { (40, 56) };
    tkhd[a..a + 4].copy_from_slice(&0x1_0000_u32.to_be_bytes());
    tkhd[b..b + 4].copy_from_slice(&0x1_0000_u32.to_be_bytes());
    tkhd[76..80].copy_from_slice(&(1280_u32 << 16).to_be_bytes());
    tkhd[80..84].copy_from_slice(&(720_u32 << 16).to_be_bytes());
    let mut hdlr = vec![0; 24];
    hdlr[8..12].copy_from_slice(handler);
    let trak = [mp4_box(b"tkhd", &tkhd), mp4_box(b"mdia", &mp4_box(b"hdlr", &hdlr))].concat();
    let moov = [mp4_box(b"mvhd", &mvhd), mp4_box(b"trak", &trak)].concat();
    let ftyp = mp4_box(b"ftyp", &[&brand[..], b"\0\0\0\0", b"isom"].concat());
    [ftyp, mp4_box(b"moov", &moov), mp4_box(b"mdat", &[0; 32])].concat()
}

/// A WebM header of 3.5 seconds, 640 × 360.
pub(super) fn webm() -> Vec<u8> {
    fn element(id: &[u8], body: &[u8]) -> Vec<u8> {
        [id, &[0x40 | (body.len() >> 8) as u8, body.len() as u8], body].concat()
    }
    let header = element(&[0x1A, 0x45, 0xDF, 0xA3], &element(&[0x42, 0x82], b"webm"));
    let info = element(&[0x15, 0x49, 0xA9, 0x66], &element(&[0x44, 0x89], &3500_f64.to_be_bytes()));
    let video = [element(&[0xB0], &640_u16.to_be_bytes()), element(&[0xBA], &360_u16.to_be_bytes())].concat();
    let entry = [element(&[0x83], &[1]), element(&[0xE0], &video)].concat();
    let tracks = element(&[0x16, 0x54, 0xAE, 0x6B], &element(&[0xAE], &entry));
    // The segment and its cluster are of unknown length, as in a live recording.
    let unknown = [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
    let segment =
        [&[0x18, 0x53, 0x80, 0x67], &unknown[..], &info, &tracks, &[0x1F, 0x43, 0xB6, 0x75], &unknown].concat();
    [header, segment].concat()
}

/// One second of MP3 silence, or so: 39 frames of 128 kbit/s at 44.1 kHz.
pub(super) fn mp3() -> Vec<u8> {
    let mut frame = vec![0xFF, 0xFB, 0x90, 0x00];
    frame.resize(417, 0);
    [b"ID3\x04\0\0\0\0\0\x05hello".to_vec(), frame.repeat(39)].concat()
}

/// Two seconds of WAV: 8 kHz, one channel, one byte a sample.
pub(super) fn wav() -> Vec<u8> {
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    bytes.extend(8000_u32.to_le_bytes());
    bytes.extend(8000_u32.to_le_bytes());
    bytes.extend(b"\x01\0\x08\0data");
    bytes.extend(16_000_u32.to_le_bytes());
    bytes.resize(bytes.len() + 16_000, 0x80);
    bytes
}

/// An Ogg file of two pages: an Opus header, and three seconds of nothing.
pub(super) fn ogg(packet: &[u8]) -> Vec<u8> {
    let page = |granule: u64, packet: &[u8]| {
        let mut page = b"OggS\0\x02".to_vec();
        page.extend(granule.to_le_bytes());
        page.extend([1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1, packet.len() as u8]);
        page.extend(packet);
        page
    };
    [page(0, packet), page(144_000, &[0; 8])].concat()
}
