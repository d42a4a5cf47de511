"""A morning in the newsroom, from signing in to the article on the page.

Every name and type comes from the OpenAPI document, by way of openapi-python-client.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from slugline_client import AuthenticatedClient, Client
from slugline_client.api.articles import create_article, get_article, list_articles, publish_article, update_article
from slugline_client.api.auth import login
from slugline_client.api.media import create_media
from slugline_client.api.tags import create_tag
from slugline_client.models import (
    AdminArticle,
    ArticleInput,
    Card,
    CursorMeta,
    ImageBlock,
    ImageBlockInput,
    LoginInput,
    Media,
    MediaUpload,
    NewArticle,
    NewTag,
    ProblemDocument,
    Publish,
    SpanInput,
    TextBlock,
    TextBlockInput,
)
from slugline_client.types import UNSET, File

URL = os.environ.get("SLUGLINE_URL", "http://127.0.0.1:8080")
T = TypeVar("T")


def accepted(answer: T | ProblemDocument | None) -> T:
    """What the server answered, or an error that says what it disliked."""
    if isinstance(answer, ProblemDocument):
        faults = [f"  {fault.pointer or fault.parameter or ''}: {fault.detail}" for fault in answer.errors]
        raise SystemExit("\n".join([answer.detail, *faults]))
    if answer is None:
        raise SystemExit("No answer")
    return answer


def sign_in(email: str, password: str) -> AuthenticatedClient:
    answer = accepted(login.sync(client=Client(URL), body=LoginInput(email=email, password=password)))
    return AuthenticatedClient(URL, token=answer.access_token)


def upload(api: AuthenticatedClient, path: Path, alt: str, credit: str) -> Media:
    with path.open("rb") as file:
        form = MediaUpload(file=File(file, file_name=path.name), alt=alt, credit=credit)
        return accepted(create_media.sync(client=api, body=form)).data


def write(api: AuthenticatedClient, picture: Media) -> AdminArticle:
    tag = accepted(create_tag.sync(client=api, body=NewTag(name="Harbour works", kind="topic"))).data
    nothing = SpanInput(field_type_="span", text="Nothing, ", marks=["em"])
    for_now = SpanInput(field_type_="span", text="for now.")
    heading = SpanInput(field_type_="span", text="What changes")
    article = NewArticle(
        headline="The ferries keep sailing",
        tags=[tag.id],
        hero=picture.id,
        body=[
            TextBlockInput(field_type_="block", style="h2", children=[heading]),
            TextBlockInput(field_type_="block", children=[nothing, for_now]),
            ImageBlockInput(field_type_="image", media=picture.id, caption="The quay this morning."),
        ],
    )
    return accepted(create_article.sync(client=api, body=article)).data


def change(api: AuthenticatedClient, id: UUID, version: int, body: ArticleInput) -> AdminArticle:
    """Changes the article as it was at `version`. Where a colleague was faster, the change is made on theirs."""
    answer = update_article.sync(id, client=api, body=body, if_match=f'"{version}"')
    if isinstance(answer, ProblemDocument) and answer.code == "stale_version":
        current = int(answer.current_version or 0)
        print(f"Version {version} is not the newest any more; once more on {current}.")
        return change(api, id, current, body)
    return accepted(answer).data


def every_card(api: Client) -> Iterator[Card]:
    """The cards of all live articles: the list gives each part the cursor of the next."""
    cursor: str | None = ""
    while cursor is not None:
        page = accepted(list_articles.sync(client=api, limit=10, cursor=cursor or UNSET))
        yield from page.data
        cursor = page.meta.next_cursor if isinstance(page.meta, CursorMeta) else None


def main() -> None:
    api = sign_in(os.environ["SLUGLINE_EMAIL"], os.environ["SLUGLINE_PASSWORD"])
    picture = upload(api, Path(sys.argv[1]), alt="A ferry at the quay", credit="Newsroom")
    draft = write(api, picture)
    article = accepted(publish_article.sync(draft.id, client=api, body=Publish(), if_match=f'"{draft.version}"')).data

    reader = Client(URL)
    page = accepted(get_article.sync(article.slug, client=reader)).data
    print(page.headline)
    for block in page.body or []:
        if isinstance(block, TextBlock):
            print("".join(span.text for span in block.children))
        elif isinstance(block, ImageBlock):
            print(f"[{block.media}] {block.caption}")

    # Two colleagues start from the same version; the second one is told so, and does not overwrite the first.
    change(api, article.id, article.version, ArticleInput(kicker="Harbour"))
    changed = change(api, article.id, article.version, ArticleInput(standfirst="A day at the quay."))
    print(f"{changed.kicker}: {changed.standfirst}")

    count = sum(card.id == article.id for card in every_card(reader))
    print(f"The list names the article {count} time.")


if __name__ == "__main__":
    main()
