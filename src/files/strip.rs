//! What the public may see of a file: the picture, film or sound without where and by whom it was taken.

use std::path::Path;

use image::ImageFormat;

use super::anatomy::Anatomy;
use super::blank;
use super::error::{FileError, Refused};
use super::pixels;
use super::probe::{MAX_IMAGE_BYTES, Probed, read_image};
use super::staging::{Staged, Staging};

/// Makes the public copy of a file. Of a picture: without Exif, XMP, IPTC, comments, thumbnails, and anything that hangs behind
/// the picture's end, but with its colour profile, and with its orientation where it is turned. Nothing is encoded
/// anew. `None` when there was nothing to take out, so that the public file is the original.
///
/// Of films and recordings, the copy is without places, dates, names, tags, cover pictures, makers' notes and tracks
/// of measurements, as far as each format allows without encoding anew; it is as long as the original, or shorter,
/// and lasts as long. Documents stay as they are.
///
/// # Errors
/// [`FileError::Refused`] when the file is no whole picture any more, or a film that contradicts itself;
/// [`FileError::Upload`] when the copy can't be written.
pub fn public_copy(staged_path: &Path, probed: &Probed, staging: &Staging) -> Result<Option<Staged>, FileError> {
    let Some(format) = ImageFormat::from_mime_type(probed.mime) else {
        return blank::public_copy(staged_path, probed, staging);
    };
    let bytes = read_image(staged_path)?;
    let anatomy = Anatomy::of(format, &bytes).ok_or(Refused::Corrupt(pixels::DAMAGED))?;
    if anatomy.clean == bytes {
        return Ok(None);
    }
    // The clean copy is no longer than the picture, but for an orientation that is written out in full.
    let mut upload = staging.begin(MAX_IMAGE_BYTES + 1024).map_err(super::UploadError::from)?;
    upload.write(&anatomy.clean)?;
    Ok(Some(upload.finish()?))
}
