// The frontend of a newspaper on Slugline's public API: one module, no dependency, no build step.
// `data-page` of the body names the page; everything on it is text from the API, set as text. HTML is taken only
// from `body_html` and `embed.html`, which the API documents as safe, and is parsed inert first.

const CARD = 'slug,locale,kind,kicker,headline,standfirst,hero,section,byline,published_at,access,breaking,reading_minutes';

// What the page says beyond the labels that the API gives.
const WORDS = {
  en: {
    sections: 'Sections', languages: 'Languages', by: 'By', updated: 'Updated', minutes: 'min read', topics: 'Topics', also: 'Also in',
    more: 'Load more', loaded: 'more articles loaded', corrections: 'Corrections', source: 'Source',
    latest: 'Latest', play: 'Play video', plays_from: 'Nothing is loaded until you press play. Plays from',
    breaking: 'Breaking', updates: 'As it happened', pinned: 'Pinned', later: 'The story goes on:',
    empty: 'Nothing has been published here in this language yet.', front: 'Go to the front page', retry: 'Try again',
    gone: 'This article was withdrawn', missing: 'This page is not here', broken: 'Something went wrong',
    missing_text: 'The address may be mistyped, or the article is no longer published.',
    offline: 'The newsroom cannot be reached', offline_text: 'Check the connection, then try again.', code: 'Request',
    access: { registered: 'For registered readers', subscriber: 'For subscribers' },
    rest: { registered: 'The rest of this article is for registered readers.', subscriber: 'The rest of this article is for subscribers.' },
    kind: { analysis: 'Analysis', opinion: 'Opinion', feature: 'Feature', review: 'Review', interview: 'Interview', live: 'Live', video: 'Video', gallery: 'Pictures', sponsored: 'Sponsored' },
    correction: { correction: 'Correction', clarification: 'Clarification', update: 'Update', retraction: 'Retraction' },
    tag: { section: 'Section', topic: 'Topic', person: 'Person', place: 'Place', organization: 'Organisation', event: 'Event', series: 'Series' },
  },
  es: {
    sections: 'Secciones', languages: 'Idiomas', by: 'Por', updated: 'Actualizado', minutes: 'min de lectura', topics: 'Temas', also: 'También en',
    more: 'Cargar más', loaded: 'artículos más cargados', corrections: 'Correcciones', source: 'Fuente',
    latest: 'Lo último', play: 'Reproducir el vídeo', plays_from: 'No se carga nada hasta que lo pulse. Se reproduce desde',
    breaking: 'Última hora', updates: 'Minuto a minuto', pinned: 'Fijado', later: 'La historia continúa:',
    empty: 'Aún no se ha publicado nada aquí en este idioma.', front: 'Ir a la portada', retry: 'Reintentar',
    gone: 'Este artículo ha sido retirado', missing: 'Esta página no está aquí', broken: 'Algo ha fallado',
    missing_text: 'Puede que la dirección esté mal escrita o que el artículo ya no esté publicado.',
    offline: 'No se puede contactar con la redacción', offline_text: 'Compruebe la conexión y vuelva a intentarlo.', code: 'Petición',
    access: { registered: 'Para lectores registrados', subscriber: 'Para suscriptores' },
    rest: { registered: 'El resto de este artículo es para lectores registrados.', subscriber: 'El resto de este artículo es para suscriptores.' },
    kind: { analysis: 'Análisis', opinion: 'Opinión', feature: 'Reportaje', review: 'Crítica', interview: 'Entrevista', live: 'En directo', video: 'Vídeo', gallery: 'Imágenes', sponsored: 'Patrocinado' },
    correction: { correction: 'Corrección', clarification: 'Aclaración', update: 'Actualización', retraction: 'Retractación' },
    tag: { section: 'Sección', topic: 'Tema', person: 'Persona', place: 'Lugar', organization: 'Organización', event: 'Acontecimiento', series: 'Serie' },
  },
};
const NETWORKS = { email: 'Email', whatsapp: 'WhatsApp', x: 'X', facebook: 'Facebook', linkedin: 'LinkedIn', telegram: 'Telegram', reddit: 'Reddit', bluesky: 'Bluesky' };

const here = new URLSearchParams(location.search);
const page = document.body.dataset.page;
const main = document.querySelector('main');
let locale = here.get('locale');
let words = WORDS.en;

// ---- The API ----

// `?api=` may name this machine or the page's own host only: a link must not make a page show a stranger's HTML.
function apiBase() {
  const asked = here.get('api');
  if (!asked) return new URL(document.querySelector('meta[name=slugline-api]').content || '/', location.href).href.replace(/\/$/, '');
  const url = new URL(asked);
  const trusted = ['localhost', '127.0.0.1', '[::1]', location.hostname].includes(url.hostname);
  if (!trusted) throw new Error('?api= names another host. Set <meta name="slugline-api"> instead.');
  return url.origin;
}

async function get(path, query = {}) {
  const url = new URL(apiBase() + path);
  for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
  const response = await fetch(url).catch(() => { throw { status: 0 }; });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw { ...body, status: response.status };
  return body;
}

// The address of a page of this frontend; the API's address, if one was given, goes along.
function link(name, query = {}) {
  const all = { ...query, locale: query.locale ?? locale, api: here.get('api') };
  const search = new URLSearchParams(Object.entries(all).filter(([, value]) => value));
  return `${name === 'front' ? 'index' : name}.html${search.size ? `?${search}` : ''}`;
}

// ---- Small builders ----

function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
  return element;
}

function speak(newLocale) {
  locale = newLocale;
  words = WORDS[locale.split('-')[0]] ?? WORDS.en;
  document.documentElement.lang = locale;
}

const date = (iso, style) => new Intl.DateTimeFormat(locale, style).format(new Date(iso));
const LONG = { dateStyle: 'long', timeStyle: 'short' };

// Hours for what is new, the day for what is older.
function time(iso, style) {
  const minutes = Math.round((new Date(iso) - Date.now()) / 60000);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const text = style ? date(iso, style)
    : minutes > -60 ? relative.format(minutes, 'minute')
    : minutes > -24 * 60 ? relative.format(Math.round(minutes / 60), 'hour')
    : date(iso, { dateStyle: 'medium' });
  return h('time', { datetime: iso, title: style ? null : date(iso, LONG) }, text);
}

function picture(media, { sizes, eager, className } = {}) {
  if (!media?.url) return null;
  const image = h('img', {
    class: className, src: media.url, srcset: media.srcset, sizes: media.srcset && sizes, alt: media.alt ?? '',
    width: media.width, height: media.height, decoding: 'async', loading: eager ? null : 'lazy', fetchpriority: eager && 'high',
  });
  if (media.focal_point) image.style.objectPosition = `${media.focal_point.x * 100}% ${media.focal_point.y * 100}%`;
  if (media.dominant_color) image.style.backgroundColor = media.dominant_color;
  const glance = placeholder(media);
  if (glance) {
    image.style.backgroundImage = `url(${glance})`;
    image.style.backgroundSize = '100% 100%';
    image.addEventListener('load', () => { image.style.backgroundImage = ''; }, { once: true });
  }
  return image;
}

// A ThumbHash as a tiny PNG, to be stretched until the picture is here. The bytes hold, in a few bits each, the waves
// of a cosine transform: of lightness, of yellow against blue, of red against green, and of opacity where there is any.
function placeholder({ placeholder: text, width, height }) {
  if (!text || !width || !height) return null;
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const head = bytes[0] | bytes[1] << 8 | bytes[2] << 16;
  const tail = bytes[3] | bytes[4] << 8;
  const clear = head >> 23 & 1;
  const [long, short] = [clear ? 5 : 7, Math.max(3, tail & 7)];
  const [across, down] = tail >> 15 ? [long, short] : [short, long];
  let at = (clear ? 6 : 5) * 2; // in half bytes
  const waves = (mean, strength, nx, ny) => {
    const found = [];
    for (let y = 0; y < ny; y++) {
      for (let x = y ? 0 : 1; x * ny < nx * (ny - y); x++, at++) {
        found.push([x, y, ((bytes[at >> 1] >> (at & 1) * 4 & 15) / 7.5 - 1) * strength * 2]);
      }
    }
    return (x, y) => found.reduce((sum, [fx, fy, size]) => sum + size * Math.cos(Math.PI * fx * x) * Math.cos(Math.PI * fy * y), mean);
  };
  const light = waves((head & 63) / 63, (head >> 18 & 31) / 31, across, down);
  const yellow = waves((head >> 6 & 63) / 31.5 - 1, (tail >> 3 & 63) / 63 * 1.25, 3, 3);
  const red = waves((head >> 12 & 63) / 31.5 - 1, (tail >> 9 & 63) / 63 * 1.25, 3, 3);
  const opacity = clear ? waves((bytes[5] & 15) / 15, (bytes[5] >> 4) / 15, 5, 5) : () => 1;
  return painted(Math.min(1, width / height), Math.min(1, height / width), (x, y) => {
    const blue = light(x, y) - yellow(x, y) * 2 / 3;
    const reds = (3 * light(x, y) - blue + red(x, y)) / 2;
    return [reds, reds - red(x, y), blue, opacity(x, y)];
  });
}

// A picture of at most 32 pixels a side, as a data URL; `colour` gives red, green, blue and opacity from 0 to 1.
function painted(width, height, colour) {
  const canvas = h('canvas', { width: Math.ceil(32 * width), height: Math.ceil(32 * height) });
  const context = canvas.getContext('2d');
  const image = context.createImageData(canvas.width, canvas.height);
  for (let y = 0, at = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++, at += 4) {
      image.data.set(colour((x + 0.5) / canvas.width, (y + 0.5) / canvas.height).map((part) => part * 255), at);
    }
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

// Breaking news, running coverage and paid content are always labelled; so is opinion, by its kicker or its kind.
function eyebrow(item) {
  const flagged = ['live', 'sponsored'].includes(item.kind) && words.kind[item.kind];
  const line = item.kicker ?? (item.kind === 'opinion' ? words.kind.opinion : item.section?.name);
  return h('p', { class: 'eyebrow' },
    item.breaking && h('span', { class: 'flag' }, words.breaking),
    flagged && h('span', { class: `flag ${item.kind}` }, flagged),
    line !== flagged && line && h('span', {}, line));
}

// Facts in one line, with points between them that are not read out.
const facts = (...items) => h('p', { class: 'facts' }, items.filter(Boolean).map((item) => h('span', {}, item)));

// One link a card; CSS spreads it over the picture.
function card(item, level, { standfirst = true, image = true, eager = false, className = '' } = {}) {
  const media = image && picture(item.hero, { eager, sizes: className === 'lead' ? '(min-width: 64rem) 44rem, 100vw' : '(min-width: 64rem) 24rem, 50vw' });
  return h('article', { class: `card ${className}`, lang: item.locale === locale ? null : item.locale },
    media && h('div', { class: 'frame' }, media),
    h('div', { class: 'words' },
      eyebrow(item),
      h(level, {}, h('a', { href: link('article', { slug: item.slug, locale: item.locale }) }, item.headline)),
      standfirst && item.standfirst && h('p', { class: 'standfirst' }, item.standfirst),
      facts(time(item.published_at), className === 'lead' && item.byline && `${words.by} ${item.byline}`,
        item.reading_minutes && `${item.reading_minutes} ${words.minutes}`, words.access[item.access])));
}

function block(id, title, content, className = id) {
  return h('section', { class: `block ${className}`, 'aria-labelledby': id }, h('h2', { id }, title), content);
}

const ranking = (items, label) => items?.length > 0 && block('popular', label,
  h('ol', {}, items.map((item) => h('li', {}, h('a', { href: link('article', { slug: item.slug, locale: item.locale }) }, item.headline)))));

function show(...content) {
  main.replaceChildren(...content.filter(Boolean));
  main.removeAttribute('aria-busy');
}

// ---- What stands around every page ----

// The site in a language and its sections, kept for five minutes: an article then takes a single request.
const sites = new Map();
function loadSite(wanted) {
  if (!sites.has(wanted)) sites.set(wanted, askSite(wanted));
  return sites.get(wanted);
}

async function askSite(wanted) {
  const key = `slugline ${apiBase()} ${wanted ?? ''}`;
  const kept = JSON.parse(sessionStorage.getItem(key));
  if (kept?.until > Date.now()) return kept;
  const site = await get('/v1/site', { locale: wanted });
  const sections = await get('/v1/tags', { kind: 'section', locale: site.meta.locale, limit: 100, fields: 'slug,name' });
  const fresh = { site: site.data, locale: site.meta.locale, sections: sections.data, until: Date.now() + 300000 };
  sessionStorage.setItem(key, JSON.stringify(fresh));
  return fresh;
}

function showFrame({ site, sections }, current, elsewhere = (other) => link(page, { ...Object.fromEntries(here), locale: other })) {
  const own = (text) => ({ lang: text === locale ? null : text });
  document.querySelector('.skip').textContent = site.labels.skip_to_content;
  document.querySelector('.today').replaceChildren(date(Date.now(), { dateStyle: 'full' }));
  document.querySelector('.nameplate').replaceChildren(h('a', { href: link('front'), 'aria-current': page === 'front' && 'page' }, site.name));
  document.title = main.dataset.title ? `${main.dataset.title} – ${site.name}` : site.name;

  const languages = document.querySelector('.languages');
  languages.setAttribute('aria-label', words.languages);
  languages.replaceChildren(h('ul', {}, site.locales.map((other) => {
    const name = new Intl.DisplayNames([other], { type: 'language' }).of(other);
    const title = name.charAt(0).toLocaleUpperCase(other) + name.slice(1);
    return h('li', {}, h('a', { href: elsewhere(other), lang: other, hreflang: other, 'aria-current': other === locale && 'true' }, title));
  })));

  const menu = document.querySelector('.sections');
  menu.setAttribute('aria-label', words.sections);
  menu.replaceChildren(h('ul', {}, sections.map(({ slug, name }) =>
    h('li', {}, h('a', { href: link('tag', { slug }), 'aria-current': slug === current && 'page' }, name)))));

  document.querySelector('.colophon').replaceChildren(
    h('p', { class: 'name' }, site.name),
    h('p', own(site.default_locale), site.description),
    h('ul', own(site.default_locale), site.principles.map(({ title, url }) => h('li', {}, h('a', { href: url }, title))),
      h('li', {}, h('a', { href: site.urls.openapi, hreflang: 'en' }, 'OpenAPI')),
      h('li', {}, 'Slugline')));
}

function title(text) {
  main.dataset.title = text;
  document.title = text;
}

// ---- The pages ----

async function front() {
  const frame = await loadSite(locale);
  speak(locale ?? frame.locale);
  showFrame(frame);
  const [{ data: cards }, { data: popular }, chosen] = await Promise.all([
    get('/v1/articles', { locale, limit: 60, fields: CARD + ',featured' }),
    get('/v1/popular', { locale, limit: 6, window: '7d' }).catch(() => ({ data: [] })),
    get(`/v1/collections/front-${locale.toLowerCase()}`, { fields: CARD }).then(({ data }) => data.articles).catch(() => []),
  ]);
  if (cards.length === 0) return show(notice(words.latest, words.empty));

  // What the newsroom chose, in its order; without a front page of its own the newest featured articles. Then the newest.
  const best = chosen.length > 0 ? chosen : cards.filter((item) => item.featured);
  const ranked = [...best, ...cards.filter((item) => best.every(({ id }) => id !== item.id))];
  const [lead, ...beside] = ranked.slice(0, cards.length > 12 ? 4 : 3);
  const rest = cards.filter((item) => item.id !== lead.id && beside.every(({ id }) => id !== item.id));
  const groups = frame.sections
    .map((section) => ({ section, items: rest.filter((item) => item.section?.slug === section.slug).slice(0, 5) }))
    .filter(({ items }) => items.length > 0);
  const single = groups.filter(({ items }) => items.length === 1);

  show(
    h('div', { class: 'top' },
      card(lead, 'h2', { eager: true, className: 'lead' }),
      h('div', { class: 'beside' }, beside.map((item, index) => card(item, 'h2', { image: index < 2, standfirst: index === 0 }))),
      ranking(popular, frame.site.labels.popular)),
    h('div', { class: 'groups' }, groups.map(({ section, items }) => {
      const alone = single.length % 2 === 1 && items === single.at(-1)?.items;
      return h('section', { class: `group of-${items.length}${alone ? ' alone' : ''}`, 'aria-labelledby': `in-${section.slug}` },
        h('h2', { id: `in-${section.slug}` }, h('a', { href: link('tag', { slug: section.slug }) }, section.name)),
        h('div', { class: 'cards' }, items.map((item, index) =>
          card(item, 'h3', {
          standfirst: items.length < 4 || index === 0, className: items.length > 3 && index > 0 ? 'row' : '',
          image: items.findIndex(({ hero }) => hero?.id === item.hero?.id) === index, // no picture twice in a section
        }))));
    })));
}

async function article() {
  const asked = locale && loadSite(locale).catch(() => null);
  const answer = await get(`/v1/articles/${encodeURIComponent(here.get('slug') || '-')}`, { locale, include: 'related,popular', formats: 'html' });
  const story = answer.data;
  const { labels } = answer.meta;
  const known = story.locale === locale;
  speak(story.locale);
  title(story.headline);
  document.querySelector('.skip').textContent = labels.skip_to_content;
  // An old slug was redirected, or the address was an id: the address bar gets the present one.
  if (story.slug !== here.get('slug')) history.replaceState(null, '', link('article', { slug: story.slug }));

  const share = h('ul');
  const updates = h('section', { class: 'updates', 'aria-label': words.updates });
  show(
    h('article', { class: 'story' },
      h('header', {},
        eyebrow(story),
        h('h1', {}, story.headline),
        story.standfirst && h('p', { class: 'standfirst' }, story.standfirst),
        h('div', { class: 'signed' },
          story.byline && h('p', { class: 'byline' }, `${words.by} `, signed(story)),
          facts(time(story.published_at, LONG),
            new Date(story.updated_at) - new Date(story.published_at) > 60000 && h('span', {}, `${words.updated} `, time(story.updated_at, LONG)),
            !['news', 'live', 'sponsored'].includes(story.kind) && words.kind[story.kind],
            story.reading_minutes && `${story.reading_minutes} ${words.minutes}`),
          story.translations.length > 0 && h('p', { class: 'translations' }, `${words.also} `, story.translations.map((other) =>
            h('a', { href: link('article', other), lang: other.locale, hreflang: other.locale },
              new Intl.DisplayNames([other.locale], { type: 'language' }).of(other.locale)))))),
      story.hero && h('figure', { class: 'hero' },
        picture(story.hero, { eager: true, sizes: '(min-width: 64rem) 50rem, 100vw' }), caption(story.hero)),
      story.superseded_by && h('p', { class: 'later' }, `${words.later} `,
        h('a', { href: link('article', { slug: story.superseded_by.slug }) }, story.superseded_by.headline)),
      h('div', { class: 'body' }, body(story)),
      story.kind === 'live' && updates,
      words.rest[story.access] && h('p', { class: 'rest' }, words.rest[story.access]),
      story.corrections.length > 0 && block('corrections', words.corrections, story.corrections.map((note) =>
        h('p', {}, h('strong', {}, words.correction[note.kind]), ' ', time(note.at, LONG), h('br'), note.text))),
      h('footer', { class: 'end' },
        story.source && h('p', {}, `${words.source}: `, story.source.url ? h('a', { href: story.source.url }, story.source.name) : story.source.name),
        [story.rights.copyright_holder && `© ${story.rights.copyright_holder}`, story.rights.notice, story.rights.usage_terms]
          .filter(Boolean).map((text) => h('p', {}, text)),
        h('ul', { class: 'pills', 'aria-label': words.topics }, [story.section, ...story.tags].filter(Boolean).map(({ slug, name }) =>
          h('li', {}, h('a', { href: link('tag', { slug }) }, name)))))),
    story.recommended_video && block('video', labels.recommended_video, film(story.recommended_video)),
    story.related.length > 0 && block('related', labels.related, h('div', { class: 'cards' },
      story.related.map((item) => card(item, 'h3', { standfirst: false })))),
    block('share', labels.share, share),
    ranking(story.popular, labels.popular));
  navigator.sendBeacon(`${apiBase()}/v1/articles/${story.id}/views`);
  if (story.kind === 'live') follow(story, updates).catch(() => {});

  const frame = (known && await asked) || await loadSite(story.locale);
  showFrame(frame, story.section?.slug, (other) => {
    const twin = other === story.locale ? story : story.translations.find((one) => one.locale === other);
    return twin ? link('article', { slug: twin.slug, locale: other }) : link('front', { locale: other });
  });
  share.append(...frame.site.share_networks.map((name) => h('li', {}, h('a', { href: story.share.intents[name], rel: 'noopener' }, NETWORKS[name]))));
}

// A live blog: pinned updates first, then the newest. What was written or changed since is asked for every minute, and
// every tenth time the whole list, since an update that was taken back does not come again.
async function follow(story, section) {
  const known = new Map();
  let since = null;
  const load = async () => {
    const { data } = await get(`/v1/articles/${story.id}/live-updates`, { limit: 100, formats: 'html', since });
    if (!since) known.clear();
    for (const update of data) {
      known.set(update.id, update);
      if (!since || update.updated_at > since) since = update.updated_at;
    }
    const sorted = [...known.values()].sort((a, b) => b.pinned - a.pinned || (a.at < b.at ? 1 : -1));
    section.replaceChildren(...(sorted.length > 0 ? [h('h2', {}, words.updates), h('ol', {}, sorted.map(entry))] : []));
  };
  await load();
  let turn = 0;
  setInterval(() => {
    turn += 1;
    if (turn % 10 === 0) since = null;
    load().catch(() => {});
  }, 60000);
}

const entry = (update) => h('li', { class: update.key_event && 'key', id: `update-${update.id}` },
  facts(time(update.at, LONG), update.pinned && words.pinned, update.author && h('a', { href: link('author', { slug: update.author.slug }) }, update.author.name)),
  update.headline && h('h3', {}, update.headline), h('div', { class: 'body' }, body(update)));

// The byline as printed, with the names in it linked.
function signed({ byline, authors }) {
  let parts = [byline];
  for (const { slug, name } of authors) {
    parts = parts.flatMap((part) => {
      const at = typeof part === 'string' ? part.indexOf(name) : -1;
      if (at < 0) return [part];
      return [part.slice(0, at), h('a', { href: link('author', { slug }), rel: 'author' }, name), part.slice(at + name.length)];
    });
  }
  return parts;
}

const caption = ({ caption: text, credit }) => (text || credit) &&
  h('figcaption', {}, text, text && credit && ' ', credit && h('span', { class: 'credit' }, credit));

function parsed(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
}

function body({ body_html: html, dateline }) {
  const content = parsed(html);
  for (const anchor of content.querySelectorAll('a[data-article-id]')) anchor.href = link('article', { slug: anchor.dataset.articleId });
  for (const frame of content.querySelectorAll('iframe')) frame.replaceWith(facade(frame, frame.title, null));
  for (const wide of content.querySelectorAll('table, pre')) {
    const scroller = h('div', { class: 'wide', tabindex: '0', role: 'group' });
    wide.replaceWith(scroller);
    scroller.append(wide);
  }
  const first = content.firstElementChild;
  if (dateline?.text && first?.localName === 'p') first.prepend(h('span', { class: 'dateline' }, dateline.text), ' — ');
  return content;
}

// The newsroom's own film plays here; another site's player is not asked for anything until it is wanted.
function film(media) {
  const player = media.embed ? facade(parsed(media.embed.html).querySelector('iframe'), media.title, media.poster)
    : h('video', { controls: true, preload: 'none', src: media.url, poster: media.poster?.url, width: media.width, height: media.height,
      crossorigin: media.tracks.length > 0 ? 'anonymous' : undefined, 'aria-label': media.title }, tracks(media));
  return h('figure', {}, player, !media.embed && media.title && h('p', { class: 'title' }, media.title), caption(media));
}

// Where the newsroom wants a text to be shown unasked, the one in the page's language is.
function tracks({ tracks: all }) {
  const wanted = all.find((track) => track.default);
  const shown = wanted && (all.find(({ kind, language }) => kind === wanted.kind && language === locale) ?? wanted);
  return all.map((track) => h('track', { kind: track.kind, src: track.url, srclang: track.language, label: track.label, default: track === shown }));
}

function facade(frame, name, poster) {
  const host = new URL(frame.getAttribute('src')).hostname.replace(/^www\./, '');
  const button = h('button', { type: 'button', class: 'facade' }, picture(poster),
    h('span', { class: 'play' }, words.play), name && h('span', { class: 'name' }, name), h('span', { class: 'host' }, `${words.plays_from} ${host}.`));
  button.addEventListener('click', () => {
    if (name) frame.title = name;
    button.replaceWith(frame);
    frame.focus();
  });
  return button;
}

async function tag() {
  await listing('tags', { tag: here.get('slug') }, (topic) => [
    h('p', { class: 'eyebrow' }, h('span', {}, words.tag[topic.kind]),
      topic.parent && h('a', { href: link('tag', { slug: topic.parent.slug }) }, topic.parent.name)),
    h('h1', {}, topic.name),
  ]);
}

async function author() {
  await listing('authors', { author: here.get('slug') }, (person) => [
    picture(person.avatar, { className: 'avatar' }),
    h('h1', {}, person.name),
    person.job_title && h('p', { class: 'job' }, person.job_title),
  ]);
}

// A tag or an author with its articles, newest first, and more of them on demand.
async function listing(kind, filter, heading) {
  const slug = encodeURIComponent(here.get('slug') || '-');
  const frame = await loadSite(locale);
  speak(locale ?? frame.locale);
  const { data } = await get(`/v1/${kind}/${slug}`, kind === 'tags' ? { locale } : {});
  title(data.name);
  if (data.slug !== here.get('slug')) history.replaceState(null, '', link(page, { slug: data.slug }));
  showFrame(frame, data.slug, (other) => link(page, { slug: data.slug, locale: other }));

  // A section's page holds what stands in the section; any other tag's what carries the tag.
  const query = { ...(data.kind === 'section' ? { section: data.slug } : { [Object.keys(filter)[0]]: data.slug }), locale, limit: 8, fields: CARD };
  const list = h('div', { class: 'cards' });
  const said = h('p', { class: 'said', role: 'status' });
  const more = h('button', { type: 'button', class: 'more' }, words.more);
  const load = async (cursor) => {
    const answer = await get('/v1/articles', { ...query, cursor });
    const cards = answer.data.map((item, index) => card(item, 'h2', { className: 'row', eager: !cursor && index < 2 }));
    list.append(...cards);
    more.hidden = !answer.meta.next_cursor;
    more.dataset.cursor = answer.meta.next_cursor ?? '';
    return cards;
  };
  more.addEventListener('click', async () => {
    more.disabled = true;
    const cards = await load(more.dataset.cursor).catch(() => null);
    more.disabled = false;
    said.textContent = cards ? `${cards.length} ${words.loaded}` : words.offline;
    cards?.[0]?.querySelector('a').focus();
  });
  const cards = await load();
  const about = data.description ?? data.bio;
  show(
    h('header', { class: `about ${kind}` }, heading(data),
      about && h('p', { class: 'standfirst', lang: frame.site.default_locale === locale ? null : frame.site.default_locale }, about),
      data.links?.length > 0 && h('ul', { class: 'pills' }, data.links.map(({ label, url }) => h('li', {}, h('a', { href: url, rel: 'me' }, label))))),
    cards.length > 0 ? list : h('p', { class: 'empty' }, words.empty), more, said);
}

// ---- When it goes wrong ----

function notice(heading, text, ...actions) {
  return h('div', { class: 'notice' }, h(page === 'front' ? 'h2' : 'h1', {}, heading), h('p', {}, text), h('p', { class: 'actions' }, actions));
}

async function fail(problem) {
  const reached = problem.status > 0;
  const frame = reached && await loadSite(locale).catch(() => null);
  if (frame) speak(locale ?? frame.locale);
  const home = h('a', { href: link('front') }, words.front);
  const retry = h('button', { type: 'button' }, words.retry);
  retry.addEventListener('click', () => location.reload());
  const known = {
    0: [words.offline, words.offline_text, retry],
    404: [words.missing, words.missing_text, home],
    410: [words.gone, problem.notice ?? words.missing_text, home],
  }[problem.status];
  const request = problem.request_id && h('small', {}, `${words.code} ${problem.request_id}`);
  const [heading, ...rest] = known ?? [words.broken, problem.detail ?? problem.message ?? '', retry, home, request];
  title(heading);
  show(notice(heading, ...rest));
  if (!frame) return;
  showFrame(frame, null, (other) => link('front', { locale: other }));
  const { data } = await get('/v1/popular', { locale, limit: 5, window: '7d' });
  if (data.length > 0) main.append(ranking(data, frame.site.labels.popular));
}

try {
  if (locale) speak(Intl.getCanonicalLocales(locale)[0]);
} catch {
  locale = null;
}
({ front, article, tag, author })[page]().catch(fail).catch(() => {});
