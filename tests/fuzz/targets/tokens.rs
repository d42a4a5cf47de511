#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| slugline_fuzz::tokens::run(data));
