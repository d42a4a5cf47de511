//! The editorial door: authenticated, sees and changes what the caller's role allows.
