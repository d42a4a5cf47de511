//! The labels that every news page prints, in the languages that are built in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The labels of one locale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Labels {
    /// The link that leads keyboards past the menu.
    pub skip_to_content: String,
    /// Above the recommended video.
    pub recommended_video: String,
    /// Above the related articles.
    pub related: String,
    /// Above the share buttons.
    pub share: String,
    /// Above the most viewed articles.
    pub popular: String,
}

/// Labels that the newsroom set itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct OwnLabels {
    /// Instead of the built-in one.
    pub skip_to_content: Option<String>,
    /// Instead of the built-in one.
    pub recommended_video: Option<String>,
    /// Instead of the built-in one.
    pub related: Option<String>,
    /// Instead of the built-in one.
    pub share: Option<String>,
    /// Instead of the built-in one.
    pub popular: Option<String>,
}

impl OwnLabels {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Language, then the labels in the order of [`Labels`].
type Line = (&'static str, [&'static str; 5]);

const ENGLISH: [&str; 5] =
    ["Skip to content", "RECOMMENDED VIDEO", "IT MAY INTEREST YOU", "Share this article:", "most popular"];

const BUILT_IN: &[Line] = &[
    ("en", ENGLISH),
    ("ar", ["انتقل إلى المحتوى", "فيديو مقترح", "قد يهمك أيضًا", "شارك هذا المقال:", "الأكثر قراءة"]),
    ("cs", ["Přejít k obsahu", "DOPORUČENÉ VIDEO", "MOHLO BY VÁS ZAJÍMAT", "Sdílet článek:", "nejčtenější"]),
    (
        "de",
        ["Zum Inhalt springen", "EMPFOHLENES VIDEO", "DAS KÖNNTE SIE INTERESSIEREN", "Artikel teilen:", "meistgelesen"],
    ),
    (
        "es",
        ["Saltar al contenido", "VÍDEO RECOMENDADO", "LE PUEDE INTERESAR", "Compartir este artículo:", "lo más leído"],
    ),
    (
        "fr",
        [
            "Aller au contenu",
            "VIDÉO RECOMMANDÉE",
            "CELA PEUT VOUS INTÉRESSER",
            "Partager cet article :",
            "les plus lus",
        ],
    ),
    ("hi", ["सामग्री पर जाएँ", "अनुशंसित वीडियो", "आपकी रुचि का हो सकता है", "यह लेख साझा करें:", "सबसे लोकप्रिय"]),
    ("id", ["Langsung ke konten", "VIDEO REKOMENDASI", "MUNGKIN ANDA TERTARIK", "Bagikan artikel ini:", "terpopuler"]),
    (
        "it",
        ["Vai al contenuto", "VIDEO CONSIGLIATO", "POTREBBE INTERESSARTI", "Condividi questo articolo:", "i più letti"],
    ),
    ("ja", ["本文へ移動", "おすすめ動画", "こちらもおすすめ", "この記事をシェア:", "人気の記事"]),
    ("kk", ["Мазмұнға өту", "ҰСЫНЫЛҒАН БЕЙНЕ", "СІЗГЕ ҚЫЗЫҚ БОЛУЫ МҮМКІН", "Мақаламен бөлісу:", "ең көп оқылған"]),
    ("ko", ["본문으로 건너뛰기", "추천 동영상", "함께 볼 만한 기사", "기사 공유하기:", "가장 많이 본 기사"]),
    (
        "nl",
        [
            "Naar de inhoud",
            "AANBEVOLEN VIDEO",
            "DIT VINDT U MISSCHIEN INTERESSANT",
            "Deel dit artikel:",
            "meest gelezen",
        ],
    ),
    (
        "pl",
        [
            "Przejdź do treści",
            "POLECANE WIDEO",
            "TO MOŻE CIĘ ZAINTERESOWAĆ",
            "Udostępnij artykuł:",
            "najpopularniejsze",
        ],
    ),
    ("pt", ["Ir para o conteúdo", "VÍDEO RECOMENDADO", "PODE INTERESSAR-LHE", "Partilhar este artigo:", "mais lidas"]),
    (
        "pt-BR",
        [
            "Ir para o conteúdo",
            "VÍDEO RECOMENDADO",
            "VOCÊ PODE SE INTERESSAR",
            "Compartilhe este artigo:",
            "mais lidas",
        ],
    ),
    (
        "ru",
        [
            "Перейти к содержанию",
            "РЕКОМЕНДУЕМОЕ ВИДЕО",
            "ВАМ МОЖЕТ БЫТЬ ИНТЕРЕСНО",
            "Поделиться статьёй:",
            "самое популярное",
        ],
    ),
    ("sv", ["Hoppa till innehållet", "REKOMMENDERAD VIDEO", "DU KANSKE OCKSÅ GILLAR", "Dela artikeln:", "mest läst"]),
    ("tr", ["İçeriğe geç", "ÖNERİLEN VİDEO", "İLGİNİZİ ÇEKEBİLİR", "Bu makaleyi paylaş:", "en çok okunanlar"]),
    (
        "uk",
        ["Перейти до вмісту", "РЕКОМЕНДОВАНЕ ВІДЕО", "ВАМ МОЖЕ БУТИ ЦІКАВО", "Поділитися статтею:", "найпопулярніше"],
    ),
    ("zh", ["跳到正文", "推荐视频", "您可能感兴趣", "分享本文：", "最受欢迎"]),
    ("zh-Hant", ["跳到正文", "推薦影片", "您可能感興趣", "分享本文：", "最受歡迎"]),
];

/// The labels of `locale`: those of `own`, else the built-in ones of the locale, of its language, or of English.
#[must_use]
pub fn of(locale: &str, own: &OwnLabels) -> Labels {
    let [skip, video, related, share, popular] = built_in(locale);
    let text = |own: &Option<String>, built_in: &str| own.clone().unwrap_or_else(|| built_in.to_owned());
    Labels {
        skip_to_content: text(&own.skip_to_content, skip),
        recommended_video: text(&own.recommended_video, video),
        related: text(&own.related, related),
        share: text(&own.share, share),
        popular: text(&own.popular, popular),
    }
}

fn built_in(locale: &str) -> [&'static str; 5] {
    let traditional = matches!(locale, "zh-TW" | "zh-HK" | "zh-MO") || locale.starts_with("zh-Hant");
    let mut wanted = if traditional { "zh-Hant" } else { locale };
    loop {
        if let Some((_, labels)) = BUILT_IN.iter().find(|(known, _)| *known == wanted) {
            return *labels;
        }
        match wanted.rsplit_once('-') {
            Some((shorter, _)) => wanted = shorter,
            None => return ENGLISH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_falls_back_to_its_language_and_to_english() {
        let share = |locale: &str| of(locale, &OwnLabels::default()).share;
        assert_eq!(share("en-GB"), "Share this article:");
        assert_eq!(share("xx"), share("en"));
        assert_eq!((share("es-419"), share("kk-Cyrl-KZ")), (share("es"), share("kk")));
        assert_eq!(share("zh-TW"), share("zh-Hant"));
        assert_ne!(of("pt-BR", &OwnLabels::default()), of("pt", &OwnLabels::default()));
        let own = OwnLabels { share: Some("Tell others".into()), ..OwnLabels::default() };
        assert_eq!((of("fr", &own).share.as_str(), of("fr", &own).popular.as_str()), ("Tell others", "les plus lus"));
    }
}
