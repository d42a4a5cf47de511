// Holds examples/reader in a browser against a demo newsroom.
//
//   node reader.mjs --api http://127.0.0.1:8080 --reader http://127.0.0.1:8080/reader/ --out shots \
//     [--login editor@demo.example:PASSWORD] [--modules FOLDER] [--chromium /usr/bin/chromium]
//
// Every kind of page, in every locale of the site, on a phone and on a desk, light and dark: no finding of axe, no
// console error, no failed request, no request to another host, no jump of the layout, no sideways scrolling. The
// article page holds the anatomy of a news page, makes one request for an article, and plays its film. With a login it also renames
// and withdraws articles of its own, to see the redirect and the notice. `--modules` is where node_modules stands.
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    api: { type: 'string' }, reader: { type: 'string' }, out: { type: 'string' }, login: { type: 'string' },
    modules: { type: 'string', default: import.meta.dirname }, chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
});
for (const name of ['api', 'reader', 'out']) {
  if (options[name]) continue;
  console.error(`--${name} is missing`);
  process.exit(2);
}
const require = createRequire(join(resolve(options.modules), 'package.json'));
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');

const api = new URL(options.api).origin;
const reader = options.reader.endsWith('/') ? options.reader : `${options.reader}/`;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const AXE = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } };
const faults = [];
let checks = 0;

function check(where, holds, what) {
  checks += 1;
  if (holds) return;
  faults.push(`${where}: ${what}`);
  console.error(`FAULT ${where}: ${what}`);
}

const squeeze = (text) => text.replace(/\s+/g, ' ').trim();

async function ask(path, init) {
  const response = await fetch(api + path, init);
  if (!response.ok) throw new Error(`${init?.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? null : response.json();
}

function address(name, query = {}) {
  const url = new URL(`${name}.html`, reader);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  if (url.origin !== api) url.searchParams.set('api', api);
  return url.href;
}

// The requests of a page that are not answered yet.
const inFlight = new WeakMap();

// Until nothing was under way for a moment: `networkidle` comes but once a page, and whatever scrolling, a picture of the
// whole page or the keyboard let it fetch after that would count as failed when the page is left.
async function settled(page) {
  for (let quiet = 0, turns = 0; quiet < 3 && turns < 200; turns += 1) {
    await page.waitForTimeout(50);
    quiet = inFlight.get(page).size === 0 ? quiet + 1 : 0;
  }
}

// Follows a link. It is scrolled to first, which lets pictures come that nobody had looked for yet.
async function follow(page, selector) {
  const link = page.locator(selector);
  await link.scrollIntoViewIfNeeded();
  await settled(page);
  await link.click();
}

async function leave(page) {
  await settled(page);
  await page.context().close();
}

// A fresh profile with its witnesses. `expected`: the status that the page's own resource answers with.
async function open(browser, where, url, { size = 'desk', dark = false, expected = 200, prepare } = {}) {
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const seen = { requests: [], answers: [], where };
  page.on('console', (message) => {
    const wanted = expected !== 200 && message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !wanted) check(where, false, `console: ${message.text()}`);
  });
  page.on('pageerror', (error) => check(where, false, `exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    // Players break off what they have read ahead.
    const enough = request.resourceType() === 'media' && request.failure()?.errorText === 'net::ERR_ABORTED';
    if (expected !== 0 && !seen.strangersAllowed && !enough) check(where, false, `failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  const flying = new Set();
  inFlight.set(page, flying);
  page.on('requestfinished', (request) => flying.delete(request));
  page.on('requestfailed', (request) => flying.delete(request));
  page.on('request', (request) => {
    seen.requests.push(request);
    if (!request.url().startsWith('data:')) flying.add(request);
    const { origin, protocol } = new URL(request.url());
    const known = protocol === 'data:' || origin === api || origin === new URL(reader).origin;
    if (!known && !seen.strangersAllowed) check(where, false, `another host: ${request.url()}`);
  });
  page.on('response', (response) => {
    seen.answers.push(response);
    if (response.status() >= 400 && response.status() !== expected) check(where, false, `${response.status()}: ${response.url()}`);
  });
  await page.addInitScript(() => {
    window.jumps = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.jumps += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  // Routing turns the HTTP cache off: its silent revalidation (stale-while-revalidate) would count as requests.
  await page.route('**/*', (route) => route.continue());
  await prepare?.(page);
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.waitForSelector('main:not([aria-busy])');
  return { page, seen };
}

// The whole page as a picture, in a window of its height: `fullPage` resizes for a moment, in which pictures of other
// widths are begun and cancelled, and those would count as failed.
async function shoot(page, name) {
  const window = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...window, height: Math.max(window.height, height) });
  await settled(page);
  await page.screenshot({ path: join(options.out, `${name}.png`) });
  await page.setViewportSize(window);
  await settled(page);
}

async function hold(page, where, locale, shot) {
  const state = await page.evaluate(() => ({
    lang: document.documentElement.lang, h1: document.querySelectorAll('h1').length, jumps: window.jumps,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    title: document.title, mains: document.querySelectorAll('main').length,
    skip: document.querySelector('.skip')?.getAttribute('href'),
    unsized: [...document.images].filter((image) => !image.getAttribute('width') || !image.hasAttribute('alt')).length,
  }));
  check(where, state.lang === locale, `lang is ${state.lang}`);
  check(where, state.h1 === 1 && state.mains === 1, `${state.h1} h1, ${state.mains} main`);
  check(where, state.jumps < 0.05, `the layout jumps by ${state.jumps.toFixed(3)}`);
  check(where, state.wide <= 0, `it scrolls ${state.wide} px sideways`);
  check(where, state.title.length > 0 && state.skip === '#content', 'no title or skip link');
  check(where, state.unsized === 0, `${state.unsized} images without size or alt`);
  // Everything lazy is fetched, and whatever fails in it is seen.
  await page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 500) {
      scrollTo(0, y);
      await new Promise((done) => setTimeout(done, 40));
    }
    scrollTo(0, 0);
  });
  await settled(page);
  const broken = await page.evaluate(() => [...document.images].filter((image) => image.complete && !image.naturalWidth).map((image) => image.src));
  check(where, broken.length === 0, `broken images: ${broken}`);
  const { violations } = await new AxeBuilder({ page }).withTags(AXE).analyze();
  for (const { id, help, nodes } of violations) {
    check(where, false, `axe ${id}: ${help} at ${nodes.map(({ target }) => target.join(' ')).slice(0, 4).join(', ')}`);
  }
  checks += 1;
  if (shot) await shoot(page, shot);
}

// The anatomy of a news page, against the answer that the page itself got.
async function holdAnatomy(page, seen, story) {
  const { where } = seen;
  const asked = seen.answers.filter((answer) => answer.request().method() === 'GET' && new URL(answer.url()).pathname.startsWith('/v1/articles'));
  check(where, asked.length === 1, `${asked.length} requests to /v1/articles`);
  const { data, meta } = await asked[0].json();
  const text = squeeze(await page.locator('main').textContent());
  const has = (part, what) => check(where, part && text.includes(squeeze(part)), `lacks its ${what}: ${part}`);
  const plain = (await ask(`/v1/articles/${story.id}?formats=text`)).data;

  check(where, (await page.locator('.skip').textContent()) === meta.labels.skip_to_content, 'skip link');
  check(where, (await page.locator('h1').textContent()) === data.headline, 'headline');
  has(data.standfirst, 'standfirst');
  has(data.byline, 'byline');
  has(data.dateline.text, 'dateline');
  has(data.source.name, 'source');
  for (const paragraph of plain.body_text.split(/\n{2,}/).filter(Boolean)) has(paragraph, 'paragraph');
  const hero = page.locator('.hero img');
  check(where, (await hero.getAttribute('src')).endsWith(`/${data.hero.file_name}`), 'hero has its file name');
  check(where, (await hero.getAttribute('alt')) === data.hero.alt, 'hero alt');
  has(data.hero.caption, 'caption');
  has(data.hero.credit, 'credit');
  check(where, (await page.locator(`time[datetime="${data.published_at}"]`).count()) > 0, 'time');
  for (const name of ['recommended_video', 'related', 'share', 'popular']) has(meta.labels[name], `label ${name}`);
  has(data.recommended_video.title, 'video');
  for (const note of data.corrections) has(note.text, 'correction');
  for (const item of [...data.related, ...data.popular]) has(item.headline, 'related or popular article');
  for (const item of [...data.tags, data.section]) has(item.name, 'tag');
  const { data: site } = await ask(`/v1/site?locale=${data.locale}`);
  for (const network of site.share_networks) {
    check(where, (await page.locator('.share a').evaluateAll((all) => all.map((one) => one.getAttribute('href')))).includes(data.share.intents[network]), `share by ${network}`);
  }
  for (const { locale } of data.translations) check(where, (await page.locator(`.translations a[hreflang="${locale}"]`).count()) === 1, `translation ${locale}`);
  for (const { name } of data.authors) check(where, (await page.locator('.byline a', { hasText: name }).count()) === 1, `author ${name}`);
  const views = seen.requests.filter((request) => request.method() === 'POST' && request.url() === `${api}/v1/articles/${data.id}/views`);
  check(where, views.length === 1, `${views.length} view beacons`);

  await holdFilm(page, seen, data.recommended_video);
}

// A picture in the width that it needs, and until it is here, its glance in its place.
async function holdGlances(browser, story) {
  const where = 'glances';
  const { page } = await open(browser, where, address('article', { slug: story.slug, locale: story.locale }), {
    prepare: async (tab) => {
      await tab.addInitScript(() => {
        window.glances = 0;
        setInterval(() => {
          const hero = document.querySelector('.hero img');
          if (hero && !hero.complete && hero.style.backgroundImage.startsWith('url("data:image/png')) window.glances += 1;
        }, 30);
      });
      await tab.route((url) => url.pathname.startsWith('/media/'), async (route) => {
        await new Promise((done) => { setTimeout(done, 600); });
        await route.continue();
      });
    },
  });
  const hero = page.locator('.hero img');
  check(where, story.hero.srcset && (await hero.getAttribute('srcset')) === story.hero.srcset, 'the picture has no srcset');
  const shown = await hero.evaluate((image) => ({ from: image.currentSrc, glances: window.glances, left: image.style.backgroundImage }));
  check(where, shown.from.includes('/variants/w'), `the picture is shown from ${shown.from}`);
  check(where, shown.glances > 0, 'nothing stood in the place of the picture');
  check(where, shown.left === '', 'the glance stays behind the picture');
  await leave(page);
}

// The newsroom's own film: nothing of it is fetched unasked; asked for, it plays, goes where it is sent, and its texts
// are there.
async function holdFilm(page, seen, media) {
  const { where } = seen;
  const sent = () => seen.answers.filter((answer) => answer.url() === media.url);
  check(where, sent().length === 0, 'the film was fetched unasked');
  const player = page.locator('.video video');
  check(where, (await player.getAttribute('poster')) === media.poster.url, 'the film shows no poster');
  check(where, seen.answers.some((answer) => answer.url() === media.poster.url && answer.status() === 200), 'the poster was not fetched');
  const offered = await player.locator('track').evaluateAll((all) => all.map((one) => [one.kind, one.srclang, one.label, one.src]));
  check(where, JSON.stringify(offered) === JSON.stringify(media.tracks.map((one) => [one.kind, one.language, one.label, one.url])), 'the film has other tracks');

  const told = await player.evaluate(async (video) => {
    const within = (what, promise) => Promise.race([promise, new Promise((done, fail) => { setTimeout(() => fail(new Error(`no ${what}`)), 10000); })]);
    const event = (target, name) => within(name, new Promise((done) => { target.addEventListener(name, done, { once: true }); }));
    const until = (what, holds) => within(what, (async () => { while (!holds()) await new Promise((done) => { setTimeout(done, 20); }); })());
    const frames = () => video.getVideoPlaybackQuality().totalVideoFrames;
    video.muted = true;
    try {
      await within('beginning', video.play());
      await until('first frames', () => frames() > 3 && video.currentTime > 0.1);
      const sought = event(video, 'seeked');
      video.currentTime = video.duration / 2;
      await sought;
      const [from, shown] = [video.currentTime, frames()];
      await until('frames after the middle', () => frames() > shown + 3 && video.currentTime > from + 0.2);
      const showing = [...video.textTracks].find((track) => track.mode === 'showing');
      await until('cues', () => showing?.cues?.length > 0);
      await until('cue that is shown', () => showing.activeCues.length > 0);
      video.pause();
      return { from, seconds: video.duration, size: [video.videoWidth, video.videoHeight], cues: showing.cues.length, language: showing.language };
    } catch (error) {
      return { error: `${error.message}; ${video.error?.message ?? 'no error of the player'}` };
    }
  });
  check(where, !told.error, `the film: ${told.error}`);
  if (told.error) return;
  check(where, Math.abs(told.seconds - media.duration_seconds) < 0.1, `it lasts ${told.seconds} s, not ${media.duration_seconds}`);
  check(where, Math.abs(told.from - told.seconds / 2) < 0.5, `sent to the middle it is at ${told.from} s`);
  check(where, told.size.join() === [media.width, media.height].join(), `it is ${told.size} large`);
  const language = await page.evaluate(() => document.documentElement.lang);
  check(where, told.cues >= 3 && told.language === language, `${told.cues} cues in ${told.language}`);
  check(where, sent().length > 0 && sent().every((answer) => answer.status() === 206), `the film came as ${sent().map((answer) => answer.status())}`);
}

// A page with another site's player and a sound of our own. The player comes only when it is asked for; here it comes
// from the test, not from the network.
async function holdPlayers(browser, locale) {
  const where = `players-${locale}`;
  const { data: cards } = await ask(`/v1/articles?locale=${locale}&kind=video`);
  if (cards.length === 0) return;
  const { data } = await ask(`/v1/articles/${cards[0].id}?formats=blocks`);
  const { page, seen } = await open(browser, where, address('article', { slug: data.slug, locale }));
  await hold(page, where, locale, where);
  check(where, (await page.locator('iframe').count()) === 0, 'a player was loaded unasked');
  seen.strangersAllowed = true;
  await page.route((url) => url.origin !== api && url.origin !== new URL(reader).origin, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Player</title>' }));
  await page.locator('.facade').click();
  check(where, (await page.locator('iframe').getAttribute('title')) === data.recommended_video.title, 'the player has no title');
  const sound = data.body.find((block) => block._type === 'audio');
  const heard = await page.locator('.body audio').evaluate(async (audio) => {
    audio.muted = true;
    await audio.play().catch(() => {});
    for (let turns = 0; turns < 200 && audio.currentTime < 0.2; turns += 1) await new Promise((done) => { setTimeout(done, 20); });
    return { at: audio.currentTime, seconds: audio.duration };
  });
  check(where, heard.at >= 0.2 && Math.abs(heard.seconds - sound.asset.duration_seconds) < 0.1, `the sound plays to ${heard.at} of ${heard.seconds} s`);
  await page.locator('.body audio').evaluate((audio) => audio.pause());
  await leave(page);
}

// The keyboard reaches the skip link first, and it leads to the content.
async function holdKeyboard(page, where, url) {
  await settled(page);
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.keyboard.press('Tab');
  check(where, await page.evaluate(() => document.activeElement.className) === 'skip', 'the skip link is not first');
  await page.keyboard.press('Enter');
  check(where, await page.evaluate(() => document.activeElement.localName) === 'main', 'the skip link leads nowhere');
}

async function holdList(page, where) {
  const more = page.locator('.more');
  const count = () => page.locator('main .card').count();
  while (await more.isVisible()) {
    const before = await count();
    await more.click();
    await page.waitForFunction((number) => document.querySelectorAll('main .card').length > number, before, { timeout: 10000 });
    check(where, await page.evaluate(() => document.activeElement.closest('.card') !== null), 'focus is lost on loading more');
  }
  const links = await page.locator('main .card a').evaluateAll((all) => all.map((one) => one.href));
  check(where, new Set(links).size === links.length, 'an article is listed twice');
  return links.length;
}

// An article of our own: renamed once, then withdrawn.
async function holdMovedAndWithdrawn(browser, story) {
  const at = options.login.indexOf(':');
  const login = { email: options.login.slice(0, at), password: options.login.slice(at + 1) };
  const json = (body) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const { access_token: token } = await ask('/v1/auth/login', json(login));
  const act = (path, body, method = 'POST') => ask(`/v1/admin/articles/${path}`, {
    method, headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'if-match': '*' }, body: JSON.stringify(body),
  });
  const { data: copy } = await act(`${story.id}/duplicate`, {});
  const old = `moved-${Date.now()}`;
  await act(copy.id, { slug: old, headline: 'An article that moves' }, 'PATCH');
  await act(`${copy.id}/publish`, {});
  await act(copy.id, { slug: `${old}-away` }, 'PATCH');
  await act(`${copy.id}/publish`, {});
  const moved = await open(browser, 'moved', address('article', { slug: old, locale: story.locale }));
  check('moved', new URL(moved.page.url()).searchParams.get('slug') === `${old}-away`, `the address stays ${moved.page.url()}`);
  check('moved', (await moved.page.locator('h1').textContent()) === 'An article that moves', 'the redirect is not followed');
  await leave(moved.page);

  const words = 'We withdrew this article because it was a test.';
  await act(`${copy.id}/kill`, { notice: words });
  const gone = await open(browser, 'withdrawn', address('article', { slug: `${old}-away`, locale: story.locale }), { expected: 410 });
  check('withdrawn', (await gone.page.locator('main').textContent()).includes(words), 'the notice is not shown');
  await hold(gone.page, 'withdrawn', story.locale, 'withdrawn');
  await leave(gone.page);
}

await mkdir(options.out, { recursive: true });
const browser = await chromium.launch({ executablePath: options.chromium, headless: true, args: FLAGS });
try {
  const { data: site } = await ask('/v1/site');
  const { data: [section] } = await ask('/v1/tags?kind=section&limit=1');
  const stories = {};
  for (const locale of site.locales) {
    // The demo's main article is the featured one with a recommended video.
    const { data: cards } = await ask(`/v1/articles?locale=${locale}&featured=true`);
    for (const card of cards) {
      const { data } = await ask(`/v1/articles/${card.id}`);
      if (data.recommended_video && data.translations.length > 0) stories[locale] ??= data;
    }
    check(locale, stories[locale], 'no featured article with a video and a translation');
  }
  for (const [locale, story] of Object.entries(stories)) {
    const pages = {
      front: address('index', { locale }),
      article: address('article', { slug: story.slug, locale }),
      section: address('tag', { slug: section.slug, locale }),
      tag: address('tag', { slug: 'port-halden', locale }),
      author: address('author', { slug: story.authors[0].slug, locale }),
      missing: address('article', { slug: 'there-is-no-such-article', locale }),
    };
    for (const [kind, url] of Object.entries(pages)) {
      for (const size of Object.keys(SIZES)) {
        for (const dark of [false, true]) {
          const where = `${kind}-${locale}-${size}${dark ? '-dark' : ''}`;
          const { page, seen } = await open(browser, where, url, { size, dark, expected: kind === 'missing' ? 404 : 200 });
          if (kind === 'front') check(where, (await page.locator('.lead, .beside .card, .group .card').count()) > 5, 'too few cards');
          await hold(page, where, locale, where);
          if (kind === 'article') await holdAnatomy(page, seen, story);
          if (kind === 'front' || kind === 'article') await holdKeyboard(page, where, url);
          if (kind === 'section' || kind === 'tag' || kind === 'author') check(where, (await holdList(page, where)) > 0, 'an empty list');
          await leave(page);
        }
      }
      console.log(`${kind} ${locale}: seen`);
    }
  }

  const story = stories[site.default_locale];
  const { locale } = story;
  await holdPlayers(browser, locale);
  await holdGlances(browser, story);
  // Without a locale; by the switch; an empty language; an API that is away, and one that fails.
  const { page } = await open(browser, 'bare', address('index'));
  check('bare', (await page.evaluate(() => document.documentElement.lang)) === locale, 'not in the default locale');
  await follow(page, '.lead a');
  await page.waitForSelector('.story');
  const other = story.translations[0];
  await follow(page, `.languages a[hreflang="${other.locale}"]`);
  await page.waitForSelector(`html[lang="${other.locale}"] .story`);
  check('switch', new URL(page.url()).searchParams.get('slug') === other.slug, 'the switch misses the translation');
  await leave(page);

  const empty = await open(browser, 'empty', address('tag', { slug: 'port-halden', locale }), {
    prepare: (tab) => tab.route(`${api}/v1/articles?**`, (route) => route.fulfill({
      headers: { 'access-control-allow-origin': '*' }, json: { data: [], meta: { limit: 8, next_cursor: null, prev_cursor: null }, links: {} },
    })),
  });
  check('empty', await empty.page.locator('.empty').isVisible(), 'an empty list says nothing');
  await hold(empty.page, 'empty', locale, 'empty');
  await leave(empty.page);

  for (const [where, expected, how] of [
    ['away', 0, (route) => route.abort('connectionrefused')],
    ['failing', 500, (route) => route.fulfill({
      status: 500, headers: { 'access-control-allow-origin': '*' }, contentType: 'application/problem+json',
      body: JSON.stringify({ status: 500, detail: 'Something failed here.', request_id: 'r-1' }),
    })],
  ]) {
    const failed = await open(browser, where, address('article', { slug: story.slug, locale }), {
      expected, prepare: (tab) => tab.route(`${api}/v1/**`, how),
    });
    check(where, await failed.page.locator('.notice button').isVisible(), 'no way to try again');
    await hold(failed.page, where, locale, where);
    await leave(failed.page);
  }
  if (options.login) await holdMovedAndWithdrawn(browser, story);
  else console.log('No --login: redirects and withdrawn articles were not tried.');
} finally {
  await browser.close();
}
console.log(`${checks} checks, ${faults.length} faults.`);
process.exitCode = faults.length > 0 ? 1 : 0;
