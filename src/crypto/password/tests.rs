use proptest::prelude::*;

use super::*;

#[test]
fn hashes_are_argon2id_with_our_parameters() {
    let stored = hash("ein gutes Passwort").expect("hashed");
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    assert_ne!(stored, hash("ein gutes Passwort").expect("hashed"));
    assert!(verify("ein gutes Passwort", &stored) && !needs_rehash(&stored));
    for other in ["ein gutes Passwor", "ein gutes Passwort ", " ein gutes Passwort", "Ein gutes Passwort", ""] {
        assert!(!verify(other, &stored));
    }
}

#[test]
fn every_character_counts() {
    let (long, zero) = ("ß".repeat(127) + "a", "zwölf\0Zeichen1");
    let stored = hash(&long).expect("hashed");
    assert!(verify(&long, &stored) && !verify(&("ß".repeat(127) + "b"), &stored));
    assert!(!verify("zwölf\0Zeichen2", &hash(zero).expect("hashed")));
}

#[test]
fn other_parameters_verify_and_are_renewed() {
    let params = Params::new(8 * 1024, 1, 1, None).expect("allowed");
    let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let stored = cheap.hash_password(b"an older password").expect("hashed").to_string();
    assert!(verify("an older password", &stored) && !verify("an older passwore", &stored));
    assert!(needs_rehash(&stored) && needs_rehash("") && needs_rehash(&stored.replace("argon2id", "argon2i")));
}

#[test]
fn doctored_hashes_are_refused() {
    let stored = hash("ein gutes Passwort").expect("hashed");
    for doctored in [
        stored.replace("m=19456", "m=4194304"),
        stored.replace("t=2", "t=4000000"),
        stored.replace("p=1", "p=16777215"),
        stored.replace("m=19456", "m=0"),
        stored.replace("m=19456", "m=99999999999999"),
        stored.replace("argon2id", "argon2d"),
        stored.replace("v=19", "v=16"),
        stored[..stored.len() - 8].to_owned(),
        stored[..40].to_owned(),
        "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy".to_owned(),
        String::new(),
    ] {
        assert!(!verify("ein gutes Passwort", &doctored), "{doctored}");
    }
}

#[test]
fn the_dummy_costs_as_much_and_never_matches() {
    assert!(!verify_dummy("warm") && !verify_dummy(""));
    let cost = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<String>>();
    assert_eq!(cost(DUMMY), cost(&hash("warm enough for us").unwrap()));
}

#[test]
fn new_passwords_keep_the_rules() {
    for (text, weakness) in [
        (String::new(), Weakness::TooShort),
        ("elf Zeichen".to_owned(), Weakness::TooShort),
        ("é".repeat(11), Weakness::TooShort),
        ("aß".repeat(64) + "c", Weakness::TooLong),
        ("password1234".to_owned(), Weakness::TooCommon),
        ("PassWord1234".to_owned(), Weakness::TooCommon),
        ("ababababababab".to_owned(), Weakness::TooCommon),
        (" ".repeat(20), Weakness::TooCommon),
    ] {
        let refused = Password::parse(&text).expect_err("refused");
        assert_eq!(refused, weakness);
        assert!(text.trim().is_empty() || !refused.fault("/password").detail.contains(&text));
    }
    for text in ["zwölf Möwen!", "  spaces count  ", &"äöüß".repeat(32), &generate()] {
        let password = Password::parse(text).expect("taken");
        assert_eq!(password.as_str(), text);
        assert!(!format!("{password:?}").contains(text));
    }
}

#[test]
fn a_password_is_not_the_address_of_its_user() {
    let suits = |text: &str| Password::parse(text).expect("taken").suits("Ana.Mendes.Ruiz@news.example");
    for text in ["ana.mendes.ruiz@news.example", "ANA.Mendes.Ruiz@News.Example2026", "Ana.Mendes.Ruiz"] {
        assert_eq!(suits(text), Err(Weakness::IsAddress), "{text}");
    }
    assert_eq!(suits("ana.mendes.ruiz reads the proofs"), Ok(()));
}

#[test]
fn letters_may_be_composed_in_any_way() {
    let hash = hash("Cafe\u{301} am Flußufer").expect("hashed");
    assert!(verify("Caf\u{e9} am Flußufer", &hash) && !verify("Cafe am Flußufer", &hash));
}

#[test]
fn generated_passwords_are_readable_and_differ() {
    let made: std::collections::HashSet<String> = (0..200).map(|_| generate()).collect();
    assert_eq!(made.len(), 200);
    for password in &made {
        assert_eq!(password.len(), 29);
        assert!(password.split('-').all(|group| group.len() == 5 && group.bytes().all(|b| READABLE.contains(&b))));
    }
    let readable: std::collections::HashSet<&u8> = READABLE.iter().collect();
    assert_eq!(readable.len(), 32);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_is_taken_without_panic(text in any::<String>(), phc in r"\$argon2id\$v=19\$m=[0-9]{1,3},t=[0-9],p=[0-9]\$[A-Za-z0-9+/]{0,24}(\$[A-Za-z0-9+/]{0,48})?") {
        let _ = Password::parse(&text);
        prop_assert!(!verify(&text, &text));
        prop_assert!(!verify(&text, &phc));
        let _ = needs_rehash(&phc);
    }
}
