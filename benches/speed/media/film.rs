//! A film that is all header and noise, of any size, made while it is sent.

/// The bytes of a film of so many bytes altogether, piece by piece.
pub struct Film {
    head: Option<Vec<u8>>,
    left: usize,
    noise: Vec<u8>,
}

/// Bytes that are made at once.
const PIECE: usize = 256 * 1024;

impl Film {
    /// An MP4 of `bytes` bytes. It has a time of making in its header, as all have, which is not for the public.
    pub fn new(bytes: usize) -> Self {
        let mut movie = vec![0, 0, 0, 0, 1, 2, 3, 4, 1, 2, 3, 4];
        movie.extend(1_000_u32.to_be_bytes());
        movie.extend(2_500_u32.to_be_bytes());
        movie.resize(100, 0);
        let mut track = vec![0; 76];
        // The matrix of a film that is not turned.
        (track[41], track[57], track[72]) = (1, 1, 0x40);
        track.extend((1_920_u32 << 16).to_be_bytes());
        track.extend((1_080_u32 << 16).to_be_bytes());
        let handler = [&[0; 8][..], b"vide", &[0; 13]].concat();
        let inside = mp4_box(b"mdia", &mp4_box(b"hdlr", &handler));
        let track = mp4_box(b"trak", &[mp4_box(b"tkhd", &track), inside].concat());
        let movie = mp4_box(b"moov", &[mp4_box(b"mvhd", &movie), track].concat());
        let mut head = [mp4_box(b"ftyp", b"isom\0\0\x02\0isommp42"), movie].concat();
        let left = bytes.saturating_sub(head.len() + 8);
        // The size of each film goes in it, so that no two begin alike.
        head.extend(u32::try_from(left + 8).unwrap_or(0).to_be_bytes());
        head.extend(b"mdat");
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut byte = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        };
        Self { head: Some(head), left, noise: (0..PIECE).map(|_| byte()).collect() }
    }

    /// Hands every piece to a function, until that fails.
    pub fn each<E>(mut self, mut take: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        take(&self.head.take().unwrap_or_default())?;
        while self.left > 0 {
            let piece = self.left.min(PIECE);
            take(&self.noise[..piece])?;
            self.left -= piece;
        }
        Ok(())
    }
}

fn mp4_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 8).unwrap_or(0).to_be_bytes();
    [&length[..], kind, body].concat()
}
