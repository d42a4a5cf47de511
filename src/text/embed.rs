//! Players of known video sites, made from an address without asking the network.

use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use super::chars::{link_href, web_url};

/// A player of another site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmbedInfo {
    /// The site: `youtube`, `vimeo` or `dailymotion`.
    pub provider: String,
    /// The page of the video, in its canonical form.
    #[schema(max_length = 2048)]
    pub url: String,
    /// The player: one `iframe`.
    pub html: String,
}

/// The player for the address of a video on YouTube, Vimeo or Dailymotion; none for any other address. Hosts are
/// compared whole, ids by their alphabet, so that a look-alike gives none.
#[must_use]
pub fn embed(url: &str) -> Option<EmbedInfo> {
    let url = web_url(link_href(url)?)?;
    if !url.username().is_empty() || url.password().is_some() || url.port().is_some() {
        return None;
    }
    match url.host_str()? {
        "youtube.com"
        | "www.youtube.com"
        | "m.youtube.com"
        | "music.youtube.com"
        | "www.youtube-nocookie.com"
        | "youtube-nocookie.com" => youtube(youtube_id(&url)?),
        "youtu.be" | "www.youtu.be" => youtube(first_segment(&url)?),
        "vimeo.com" | "www.vimeo.com" => vimeo(&url, &segments(&url)),
        "player.vimeo.com" => vimeo(&url, segments(&url).strip_prefix(&["video"])?),
        "dailymotion.com" | "www.dailymotion.com" | "geo.dailymotion.com" => dailymotion(&dailymotion_id(&url)?),
        "dai.ly" => dailymotion(first_segment(&url)?),
        _ => None,
    }
}

fn segments(url: &Url) -> Vec<&str> {
    url.path_segments().map(|parts| parts.filter(|part| !part.is_empty()).collect()).unwrap_or_default()
}

fn first_segment(url: &Url) -> Option<&str> {
    url.path_segments()?.next()
}

fn youtube_id(url: &Url) -> Option<String> {
    match segments(url).as_slice() {
        ["watch"] => url.query_pairs().find(|(name, _)| name == "v").map(|(_, id)| id.into_owned()),
        ["shorts" | "embed" | "live" | "v", id] => Some((*id).to_owned()),
        _ => None,
    }
}

fn youtube(id: impl AsRef<str>) -> Option<EmbedInfo> {
    let id = id.as_ref();
    let valid = id.len() == 11 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    valid.then(|| EmbedInfo {
        provider: "youtube".to_owned(),
        url: format!("https://www.youtube.com/watch?v={id}"),
        html: iframe(&format!("https://www.youtube-nocookie.com/embed/{id}"), "YouTube video player"),
    })
}

/// `parts` is `id` or, for an unlisted video, `id/hash`; a player's address has the hash as parameter `h`.
fn vimeo(url: &Url, parts: &[&str]) -> Option<EmbedInfo> {
    let (id, hash) = match parts {
        [id] => (*id, url.query_pairs().find(|(name, _)| name == "h").map(|(_, hash)| hash.into_owned())),
        [id, hash] => (*id, Some((*hash).to_owned())),
        _ => return None,
    };
    if !(1..=12).contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hash = hash.unwrap_or_default();
    if hash.len() > 20 || !hash.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let (path, query) = if hash.is_empty() { Default::default() } else { (format!("/{hash}"), format!("&h={hash}")) };
    Some(EmbedInfo {
        provider: "vimeo".to_owned(),
        url: format!("https://vimeo.com/{id}{path}"),
        html: iframe(
            &format!("https://player.vimeo.com/video/{id}?dnt=1{query}").replace('&', "&amp;"),
            "Vimeo video player",
        ),
    })
}

fn dailymotion_id(url: &Url) -> Option<String> {
    match segments(url).as_slice() {
        ["video", id] | ["embed", "video", id] => Some((*id).to_owned()),
        ["player.html"] => url.query_pairs().find(|(name, _)| name == "video").map(|(_, id)| id.into_owned()),
        _ => None,
    }
}

fn dailymotion(id: &str) -> Option<EmbedInfo> {
    let valid = (5..=12).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric());
    valid.then(|| EmbedInfo {
        provider: "dailymotion".to_owned(),
        url: format!("https://www.dailymotion.com/video/{id}"),
        html: iframe(&format!("https://geo.dailymotion.com/player.html?video={id}"), "Dailymotion video player"),
    })
}

/// The address of the player itself, for those who make their own frame.
#[must_use]
pub fn player_address(info: &EmbedInfo) -> Option<String> {
    let (_, rest) = info.html.split_once("src=\"")?;
    rest.split_once('"').map(|(src, _)| src.replace("&amp;", "&"))
}

/// `src` is escaped already: it is made of checked parts.
fn iframe(src: &str, title: &str) -> String {
    format!(
        r#"<iframe src="{src}" title="{title}" width="560" height="315" loading="lazy" referrerpolicy="strict-origin-when-cross-origin" allow="encrypted-media; fullscreen; picture-in-picture"></iframe>"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_addresses_give_a_player() {
        for (address, provider, canonical) in [
            (
                "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=10",
                "youtube",
                "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            ),
            ("http://youtu.be/dQw4w9WgXcQ?si=x", "youtube", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
            ("https://m.youtube.com/shorts/dQw4w9WgXcQ", "youtube", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
            (
                "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
                "youtube",
                "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            ),
            ("https://YouTube.com/live/dQw4w9WgXcQ", "youtube", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
            ("https://vimeo.com/76979871", "vimeo", "https://vimeo.com/76979871"),
            ("https://player.vimeo.com/video/76979871?h=ab12", "vimeo", "https://vimeo.com/76979871/ab12"),
            ("https://dai.ly/x8abcde", "dailymotion", "https://www.dailymotion.com/video/x8abcde"),
            (
                "https://geo.dailymotion.com/player.html?video=x8abcde",
                "dailymotion",
                "https://www.dailymotion.com/video/x8abcde",
            ),
        ] {
            let info = embed(address).unwrap_or_else(|| panic!("{address}"));
            assert_eq!((info.provider.as_str(), info.url.as_str()), (provider, canonical));
            assert!(info.html.starts_with("<iframe src=\"https://") && info.html.ends_with("</iframe>"));
            assert_eq!(embed(&info.url).as_ref(), Some(&info));
        }
    }

    #[test]
    fn look_alikes_give_none() {
        for address in [
            "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
            "https://evil.example/youtube.com/watch?v=dQw4w9WgXcQ",
            "https://youtube.com@evil.example/watch?v=dQw4w9WgXcQ",
            "https://user@youtube.com/watch?v=dQw4w9WgXcQ",
            "https://youtube.com:8443/watch?v=dQw4w9WgXcQ",
            "https://www.youtube.com/watch?v=dQw4w9WgXc",
            "https://www.youtube.com/watch?v=%22onload%3D%22xx",
            "https://youtu.be/",
            "https://vimeo.com/channels/staff",
            "https://vimeo.com/1/\"><script>",
            "javascript:https://youtu.be/dQw4w9WgXcQ",
            "https://yоutube.com/watch?v=dQw4w9WgXcQ",
            "https://www.dailymotion.com/video/../x",
            "ftp://youtu.be/dQw4w9WgXcQ",
            "",
        ] {
            assert_eq!(embed(address), None, "{address}");
        }
    }
}
