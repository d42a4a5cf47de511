//! The smallest films.

/// A box of an ISO base media file.
pub fn mp4_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 8).unwrap().to_be_bytes();
    [&length[..], kind, body].concat()
}

/// 2.5 seconds of nothing, in H.264.
pub fn mp4() -> Vec<u8> {
    mp4_lasting(2_500)
}

/// The same for so many thousandths of a second.
pub fn mp4_lasting(millis: u32) -> Vec<u8> {
    let mut header = vec![0; 12];
    header.extend(1_000_u32.to_be_bytes());
    header.extend(millis.to_be_bytes());
    header.extend([0; 80]);
    let mut track = vec![0; 76];
    // The matrix of a film that is not turned.
    (track[41], track[57], track[72]) = (1, 1, 0x40);
    track.extend((640_u32 << 16).to_be_bytes());
    track.extend((360_u32 << 16).to_be_bytes());
    let handler = mp4_box(b"hdlr", &[&[0; 8][..], b"vide", &[0; 13]].concat());
    let entry = mp4_box(b"avc1", &[vec![0; 78], mp4_box(b"avcC", &[1, 0x64, 0, 0x1F, 0xFF])].concat());
    let samples = mp4_box(b"stsd", &[vec![0, 0, 0, 0, 0, 0, 0, 1], entry].concat());
    let media = [handler, mp4_box(b"minf", &mp4_box(b"stbl", &samples))].concat();
    let track = [mp4_box(b"tkhd", &track), mp4_box(b"mdia", &media)].concat();
    let movie = mp4_box(b"moov", &[mp4_box(b"mvhd", &header), mp4_box(b"trak", &track)].concat());
    [mp4_box(b"ftyp", b"isom\0\0\x02\0isommp42"), movie, mp4_box(b"mdat", &[0; 64])].concat()
}

/// An element of EBML.
pub fn ebml(id: &[u8], body: &[u8]) -> Vec<u8> {
    let length = (u32::try_from(body.len()).unwrap() | 0x1000_0000).to_be_bytes();
    [id, &length, body].concat()
}

/// A WebM file with a picture and a sound track, and nothing in them.
pub fn webm() -> Vec<u8> {
    let size = ebml(&[0xE0], &[ebml(&[0xB0], &[1, 64]), ebml(&[0xBA], &[180])].concat());
    let picture = [ebml(&[0x83], &[1]), ebml(&[0x86], b"V_VP9"), size].concat();
    let sound = [ebml(&[0x83], &[2]), ebml(&[0x86], b"A_OPUS")].concat();
    let tracks = ebml(&[0x16, 0x54, 0xAE, 0x6B], &[ebml(&[0xAE], &picture), ebml(&[0xAE], &sound)].concat());
    let info = ebml(&[0x15, 0x49, 0xA9, 0x66], &ebml(&[0x44, 0x89], &1_500.0_f64.to_be_bytes()));
    let head = ebml(&[0x1A, 0x45, 0xDF, 0xA3], &ebml(&[0x42, 0x82], b"webm"));
    [head, ebml(&[0x18, 0x53, 0x80, 0x67], &[info, tracks].concat())].concat()
}
