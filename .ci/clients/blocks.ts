// What the compiler must know of a body: each `_type` names exactly one variant. Compiled, never run. The names come
// from `names.d.ts`, which is made for each generator.

import type * as Slugline from "./names.js";

type Block = Slugline.Block;
type BlockInput = Slugline.BlockInput;

type Alike<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Known<T> = 0 extends 1 & T ? false : unknown extends T ? false : true;
type Variant<B extends { _type: string }, K extends B["_type"]> = Extract<B, { _type: K }>;

interface Read {
  block: Slugline.TextBlock;
  image: Slugline.ImageBlock;
  gallery: Slugline.GalleryBlock;
  video: Slugline.VideoBlock;
  audio: Slugline.AudioBlock;
  embed: Slugline.EmbedBlock;
  pull_quote: Slugline.PullQuoteBlock;
  fact_box: Slugline.FactBoxBlock;
  table: Slugline.TableBlock;
  code: Slugline.CodeBlock;
  divider: Slugline.DividerBlock;
  related_articles: Slugline.RelatedArticlesBlock;
  paywall: Slugline.PaywallBlock;
}

interface Written {
  block: Slugline.TextBlockInput;
  image: Slugline.ImageBlockInput;
  gallery: Slugline.GalleryBlockInput;
  video: Slugline.VideoBlockInput;
  audio: Slugline.AudioBlockInput;
  embed: Slugline.EmbedBlockInput;
  pull_quote: Slugline.PullQuoteBlockInput;
  fact_box: Slugline.FactBoxBlockInput;
  table: Slugline.TableBlockInput;
  code: Slugline.CodeBlockInput;
  divider: Slugline.DividerBlockInput;
  related_articles: Slugline.RelatedArticlesBlockInput;
  paywall: Slugline.PaywallBlockInput;
}

type Proof<B extends { _type: string }, All> = {
  [K in B["_type"] | keyof All]: K extends keyof All & B["_type"]
    ? Alike<Variant<B, K>, All[K]> extends true
      ? Known<All[K]>
      : false
    : false;
};
type Holds<P> = P[keyof P] extends true ? true : false;

export const read: Holds<Proof<Block, Read>> = true;
export const written: Holds<Proof<BlockInput, Written>> = true;

// A switch narrows, and is complete.
export function first(block: Block): string | number {
  switch (block._type) {
    case "block":
      return block.children[0]?.text ?? block.style;
    case "image":
      return block.asset?.width ?? block.media;
    case "gallery":
      return block.images[0]?.media ?? block.layout;
    case "video":
    case "audio":
      return block.asset?.duration_seconds ?? block.media;
    case "embed":
      return block.provider ?? block.url;
    case "pull_quote":
      return block.attribution ?? block.text;
    case "fact_box":
      return block.title ?? block.body[0]?.markDefs[0]?._key ?? "";
    case "table":
      return block.rows[0]?.cells[0] ?? String(block.header);
    case "code":
      return block.language ?? block.code;
    case "related_articles":
      return block.items?.[0]?.headline ?? block.articles[0] ?? "";
    case "divider":
    case "paywall":
      return block._key;
    default:
      return block satisfies never;
  }
}
