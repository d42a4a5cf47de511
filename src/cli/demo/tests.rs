//! The file is whole, and says what it should.

use std::collections::HashSet;

use super::*;

fn set<'a>(keys: impl IntoIterator<Item = &'a String>) -> HashSet<&'a str> {
    let keys: Vec<&str> = keys.into_iter().map(String::as_str).collect();
    let set: HashSet<&str> = keys.iter().copied().collect();
    assert_eq!(set.len(), keys.len(), "a key stands twice");
    set
}

#[test]
fn every_key_that_is_named_exists() {
    let room = newsroom().unwrap();
    let sections = set(room.sections.iter().map(|section| &section.key));
    let tags = set(room.tags.iter().map(|tag| &tag.key));
    assert!(sections.is_disjoint(&tags));
    let authors = set(room.authors.iter().map(|author| &author.key));
    let pictures = set(room.pictures.iter().map(|picture| &picture.key));
    assert_eq!(pictures, pictures::names().collect());
    let recordings = room.recordings.iter().map(|recording| &recording.key);
    let videos = set(room.videos.iter().map(|video| &video.key).chain(recordings));
    for recording in &room.recordings {
        let tracks = recording.tracks.iter().map(|track| &track.file);
        for file in
            [&recording.file].into_iter().chain(recording.poster.iter().map(|poster| &poster.file)).chain(tracks)
        {
            assert!(stock::file(file).is_some(), "{file}");
        }
    }
    let articles = set(room.articles.iter().map(|article| &article.key));
    for article in &room.articles {
        let key = &article.key;
        assert!(sections.contains(article.section.as_str()), "{key}");
        assert!(set(&article.tags).is_subset(&tags), "{key}");
        assert!(set(article.authors.iter().map(|credit| &credit.key)).is_subset(&authors), "{key}");
        assert!(pictures.contains(article.hero.as_str()), "{key}");
        assert!(article.recommended_video.iter().all(|video| videos.contains(video.as_str())), "{key}");
        assert!(article.sound.iter().all(|sound| videos.contains(sound.as_str())), "{key}");
        assert!(set(&article.related).is_subset(&articles) && !article.related.contains(key), "{key}");
        assert!(article.supersedes.iter().all(|other| other != key && articles.contains(other.as_str())), "{key}");
        assert!(
            article.updates.iter().filter_map(|update| update.author.as_ref()).all(|by| authors.contains(by.as_str()))
        );
    }
    for collection in &room.collections {
        assert!(set(collection.items.iter().map(|item| &item.article)).is_subset(&articles), "{}", collection.slug);
    }
}

#[test]
fn each_language_has_a_front_page_on_which_something_waits() {
    let room = newsroom().unwrap();
    let locales = set(room.collections.iter().map(|collection| &collection.locale));
    assert_eq!(locales, HashSet::from(["en", "es"]));
    let find = |key: &String| room.articles.iter().find(|article| article.key == *key).unwrap();
    for collection in &room.collections {
        assert_eq!(collection.slug, format!("front-{}", collection.locale));
        assert!(collection.items.iter().all(|item| find(&item.article).locale == collection.locale));
    }
    let items = room.collections.iter().flat_map(|collection| &collection.items);
    assert!(items.clone().any(|item| find(&item.article).hours_ahead.is_some()));
    assert!(items.clone().any(|item| item.slot.is_some()) && items.clone().any(|item| item.headline.is_some()));
}

#[test]
fn every_word_of_a_list_is_on_the_list() {
    let room = newsroom().unwrap();
    let kinds =
        ["news", "analysis", "opinion", "feature", "review", "interview", "live", "video", "gallery", "sponsored"];
    for tag in &room.tags {
        assert!(["topic", "person", "place", "organization", "event", "series"].contains(&tag.kind.as_str()));
    }
    for article in &room.articles {
        assert!(kinds.contains(&article.kind.as_str()) && ["en", "es"].contains(&article.locale.as_str()));
        assert!(["free", "registered", "subscriber"].contains(&article.access.as_str()));
        assert!(!(article.hours_ago.is_some() && article.hours_ahead.is_some()));
        for credit in &article.authors {
            let roles = ["writer", "reporter", "editor", "photographer", "translator", "contributor"];
            assert!(roles.contains(&credit.role.as_str()));
        }
        if let Some(correction) = &article.correction {
            assert!(["correction", "clarification", "update", "retraction"].contains(&correction.kind.as_str()));
        }
    }
    assert!(kinds.iter().all(|kind| room.articles.iter().any(|article| article.kind == *kind)));
}

#[test]
fn translations_are_in_another_language_and_come_later() {
    let room = newsroom().unwrap();
    for (place, article) in room.articles.iter().enumerate() {
        let Some(key) = &article.translation_of else { continue };
        let original = room.articles.iter().take(place).find(|other| other.key == *key).unwrap();
        assert_ne!(original.locale, article.locale);
    }
    let public = |locale| room.articles.iter().filter(|a| a.locale == locale && a.hours_ago.is_some()).count();
    assert!(public("en") >= 16 && public("es") >= 6);
    assert!(room.articles.iter().filter(|article| article.translation_of.is_some()).count() >= 4);
    assert!(room.articles.iter().any(|article| article.hours_ahead.is_some()));
    assert!(room.articles.iter().any(|article| article.hours_ago.or(article.hours_ahead).is_none()));
}

#[test]
fn a_blog_is_live_a_story_goes_on_and_a_translation_is_behind() {
    let room = newsroom().unwrap();
    let live = room.articles.iter().find(|article| !article.updates.is_empty()).unwrap();
    assert_eq!(live.kind, "live");
    let has = |what: fn(&Update) -> bool| live.updates.iter().any(what);
    assert!(has(|update| update.pinned) && has(|update| update.key_event) && has(|update| update.draft));
    let minutes: Vec<u32> = live.updates.iter().map(|update| update.minutes).collect();
    assert!(minutes.is_sorted() && minutes.last() < live.hours_ago.map(|hours| hours * 60).as_ref());
    assert!(room.articles.iter().any(|article| article.supersedes.is_some()));
    let edited = room.articles.iter().find(|article| article.later_standfirst.is_some()).unwrap();
    assert!(room.articles.iter().any(|article| article.translation_of.as_ref() == Some(&edited.key)));
}

#[test]
fn the_first_article_is_the_news_page() {
    let room = newsroom().unwrap();
    let page = &room.articles[0];
    assert_eq!(page.headline, "The US authorizes the staff of its consulate in Almaty to leave Kazakhstan");
    assert_eq!(page.body_markdown.split("\n\n").count(), 9);
    assert!(page.recommended_video.is_some() && page.related.len() == 3 && page.correction.is_some());
    let hero = room.pictures.iter().find(|picture| picture.key == page.hero).unwrap();
    assert_eq!(crate::files::safe_file_name(&hero.file_name, "jpg"), "globalhappenings-news.jpg");
}
