//! Reads articles with the crate that openapi-generator makes: read URL ID...

use slugline_client::apis::{articles_api::get_article, configuration::Configuration};
use slugline_client::models::Block;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let base_path = arguments.next().ok_or("the address of the server is missing")?;
    let configuration = Configuration { base_path, ..Configuration::default() };
    for id in arguments {
        let article = get_article(&configuration, &id, None, None, None, None, None).await?.data;
        let body = serde_json::to_value(article.body.unwrap_or_default())?;
        let again: Vec<Block> = serde_json::from_value(body.clone())?;
        assert_eq!(serde_json::to_value(again)?, body);
    }
    Ok(())
}
