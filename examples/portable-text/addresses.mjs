// Which addresses may stand in an attribute. Slugline checks them when a body is written; a page that is careful checks
// again, for bodies from elsewhere.

const PLAYERS = ["www.youtube-nocookie.com", "player.vimeo.com", "geo.dailymotion.com"];

/** The address, if a link may lead there: http(s), mailto, tel, or within the site (`/…`, `#…`). */
export function linkAddress(address) {
  if (typeof address !== "string" || /[\s\\\u0000-\u001f]/.test(address)) return undefined;
  if (address.startsWith("#") || /^\/(?!\/)/.test(address)) return address;
  return /^(https?:\/\/|mailto:|tel:)[^/]/i.test(address) ? address : undefined;
}

/** The address, if a picture, film or sound may come from there: http(s), or within the site. */
export function fileAddress(address) {
  return /^(https?:\/\/|\/)/i.test(address ?? "") ? linkAddress(address) : undefined;
}

/** The address inside the `iframe` that Slugline made, if it is a player of one of these sites. */
export function playerAddress(html) {
  const found = /^<iframe src="(https:\/\/[^"<>\s]+)"/.exec(html ?? "")?.[1].replaceAll("&amp;", "&");
  return found && PLAYERS.includes(new URL(found).host) ? found : undefined;
}
