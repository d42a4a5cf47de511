// Lets a browser judge whether any text that a newsroom writes can run: publishes the table of scripts of the tests in a
// demo newsroom, opens everything that is answered of it, and fails if anything ran.
//
//   node scripts.mjs --api http://127.0.0.1:8080 --password PASSWORD [--modules FOLDER] [--chromium /usr/bin/chromium]
//
// HTML is put into pages without any policy of their own, both by the parser and by innerHTML, so that no header hides a
// fault; the reader is opened with its policy switched off; everything else is opened by its own address.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    api: { type: 'string' }, password: { type: 'string' },
    modules: { type: 'string', default: import.meta.dirname }, chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
});
for (const name of ['api', 'password']) {
  if (options[name]) continue;
  console.error(`--${name} is missing`);
  process.exit(2);
}
const require = createRequire(join(resolve(options.modules), 'package.json'));
const { chromium } = require('playwright-core');
const api = new URL(options.api).origin;
const scripts = (await readFile(join(import.meta.dirname, '../../tests/api/attacks/scripts.txt'), 'utf8')).split('\n').filter(Boolean);
const faults = [];
let looked = 0;

function fault(where, what) {
  faults.push(`${where}: ${what}`);
}

async function send(path, token, init = {}) {
  const headers = { authorization: `Bearer ${token}`, ...init.headers };
  if (init.json) headers['content-type'] = 'application/json';
  const body = init.json ? JSON.stringify(init.json) : init.body;
  const response = await fetch(api + path, { method: init.method ?? (body ? 'POST' : 'GET'), headers, body });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

async function made(path, token, json) {
  const answer = await send(path, token, { json });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text).data;
}

async function login(email) {
  const body = JSON.stringify({ email, password: options.password });
  const response = await fetch(`${api}/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (!response.ok) throw new Error(`login: ${response.status}`);
  return (await response.json()).access_token;
}

// An article with the script in every text, in the three forms of a body by turns.
function article(script, number, more) {
  const span = (text) => ({ _type: 'span', text });
  const body = [
    { body_html: `<p>alert ${script}</p><table><tr><td>${script}</td></tr></table>` },
    { body_markdown: `alert ${script}\n\n> ${script}\n\n- ${script}\n\n\`\`\`${script}\n${script}\n\`\`\`` },
    {
      body: [
        { _type: 'block', children: [span('alert '), span(script)] },
        { _type: 'pull_quote', text: script, attribution: script },
        { _type: 'fact_box', title: script, body: [{ _type: 'block', children: [span(script)] }] },
        { _type: 'table', rows: [{ cells: [script, script] }], header: true },
        { _type: 'code', code: script },
      ],
    },
  ][number % 3];
  return {
    headline: script, slug: `judged-${number}`, kicker: script.slice(0, 100), standfirst: script, byline: script,
    dateline: { text: script.slice(0, 100), city: script.slice(0, 100) }, seo: { title: script, description: script }, source: { name: script },
    rights: { copyright_holder: script, notice: script }, kind: number === 0 ? 'live' : 'news', ...body, ...more,
  };
}

// Pictures that are pages: whatever of them is taken is opened too.
async function disguised(token) {
  const page = '<!DOCTYPE html><script>alert(1)</script>';
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>';
  const gif = new Uint8Array([...Buffer.from('GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff', 'latin1'),
    ...[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b], ...Buffer.from(page)]);
  const pdf = `%PDF-1.7\n${page}\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF\n`;
  const files = [['a.svg', drawing], ['a.png', drawing], ['a.html', page], ['a.jpg', page], ['a.gif', gif], ['a.html', gif], ['a.pdf', pdf]];
  const taken = [];
  for (const [name, content] of files) {
    const form = new FormData();
    form.set('file', new Blob([content]), name);
    const answer = await send('/v1/admin/media', token, { method: 'POST', body: form });
    if (answer.status < 300) taken.push(...['url', 'original_url'].map((member) => JSON.parse(answer.text).data[member]));
  }
  return taken;
}

async function published(token) {
  const pick = (from) => scripts.slice(from).filter((_, place) => place % 9 === 0).join(' ');
  const tag = await made('/v1/admin/tags', token, { name: pick(0).slice(0, 90), kind: 'topic', description: pick(1) });
  const author = await made('/v1/admin/authors', token, { name: pick(2).slice(0, 90), job_title: pick(3).slice(0, 90), bio: pick(4) });
  const articles = [];
  for (const [number, script] of scripts.entries()) {
    const draft = await made('/v1/admin/articles', token, article(script, number, { tags: [tag.id], authors: [author.id] }));
    const live = await send(`/v1/admin/articles/${draft.id}/publish`, token, { json: {}, headers: { 'if-match': '*' } });
    if (live.status !== 200) throw new Error(`${script}: ${live.text}`);
    articles.push(draft);
  }
  for (const script of scripts.filter((_, place) => place % 3 === 0)) {
    await made(`/v1/admin/articles/${articles[0].id}/live-updates`, token, { headline: script, body_html: `<p>${script}</p>` });
  }
  return { tag, author, articles };
}

// A page whose witnesses tell if anything ran, was asked for elsewhere, or left the page.
async function witnessed(browser, where, run) {
  const context = await browser.newContext({ bypassCSP: true });
  await context.addInitScript(() => {
    for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = () => { console.log(`RAN ${name}`); };
  });
  // Nothing leaves this machine; a page of nobody's is answered by whoever asked for it.
  await context.route((url) => url.origin !== api && url.hostname !== 'judge.example', (route) => route.abort());
  const page = await context.newPage();
  page.on('console', (message) => { if (message.text().startsWith('RAN ')) fault(where(), message.text()); });
  page.on('dialog', async (dialog) => { fault(where(), `a dialog: ${dialog.message()}`); await dialog.dismiss(); });
  page.on('popup', async (popup) => { fault(where(), `a window: ${popup.url()}`); await popup.close(); });
  await run(page, context);
  await context.close();
}

// Everything that could still run does: what waits for the pointer or the keyboard is touched.
async function touched(page) {
  await page.evaluate(() => {
    for (const element of document.querySelectorAll('main *, body *')) {
      for (const name of ['click', 'mouseover', 'focus', 'toggle', 'pointerenter', 'animationstart']) {
        if (name === 'click' && element.closest('a, button, form')) continue;
        element.dispatchEvent(new Event(name, { bubbles: false }));
      }
    }
  });
  await page.waitForTimeout(20);
}

async function judged(browser, pieces) {
  let now = '';
  await witnessed(browser, () => now, async (page, context) => {
    let html = '';
    await context.route('http://judge.example/**', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
    // Many on a page: what is harmless is well-formed too, and shuts nothing of the next one in.
    for (let from = 0; from < pieces.length; from += 20) {
      const some = pieces.slice(from, from + 20);
      now = some.map(([where]) => where).join(', ');
      looked += some.length;
      const shown = some.map(([, piece, kind]) => (kind === 'json' ? `<script type="application/ld+json">${piece}</script>` : `<section>${piece}</section>`));
      const piece = some.filter(([, , kind]) => kind !== 'json').map(([, text]) => `<section>${text}</section>`).join('\n');
      html = `<!doctype html><title>x</title><main>${shown.join('\n')}</main>`;
      await page.goto('http://judge.example/', { waitUntil: 'load' });
      await touched(page);
      const hrefs = await page.evaluate((text) => {
        document.body.innerHTML = text;
        return [...document.querySelectorAll('[href], [src], [action], [formaction]')]
          .map((element) => element.href ?? element.src ?? element.action).map(String);
      }, piece);
      await touched(page);
      for (const href of hrefs) {
        if (!/^(https?|mailto|tel):/.test(href)) fault(now, `an address ${href}`);
      }
    }
  });
}

// What an answer carries as HTML or JSON-LD.
function gather(where, value, pieces) {
  if (Array.isArray(value)) value.forEach((entry) => gather(where, entry, pieces));
  if (!value || typeof value !== 'object') return;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'string' && ['body_html', 'content_html', 'html', 'contentText'].includes(name)) pieces.push([`${where} ${name}`, member, 'html']);
    if (name === 'highlight') Object.values(member).filter(Boolean).forEach((text) => pieces.push([`${where} highlight`, text, 'html']));
    gather(where, member, pieces);
  }
}

async function answers(articles) {
  const pieces = [];
  const text = async (path) => (await fetch(api + path)).text();
  const lists = ['/v1/articles?limit=100', '/v1/articles/judged-0/live-updates?limit=100', '/v1/feeds/feed.json?content=full&limit=100', '/v1/site', '/v1/tags', '/v1/authors',
    ...['alert', 'script', 'onerror', 'x'].map((word) => `/v1/search?q=${word}&limit=100`)];
  for (const path of lists) gather(path, JSON.parse(await text(path)), pieces);
  for (const { slug } of articles) {
    gather(slug, JSON.parse(await text(`/v1/articles/${slug}?include=related`)), pieces);
    gather(`${slug} ninjs`, JSON.parse(await text(`/v1/articles/${slug}/ninjs`)), pieces);
    pieces.push([`${slug} JSON-LD`, await text(`/v1/articles/${slug}/jsonld`), 'json']);
  }
  for (const feed of ['rss.xml', 'atom.xml']) {
    const xml = await text(`/v1/feeds/${feed}?content=full&limit=100`);
    for (const [, element, html] of xml.matchAll(/<(content:encoded|content[^>]*|description|summary[^>]*)>([^<]*)</g)) {
      const plain = html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');
      // Atom says what a text is; a description in RSS is HTML for every reader, and so escaped twice.
      const isText = /^(summary|content)(?![^>]*type="x?html")/.test(element) && element !== 'content:encoded';
      if (!isText) pieces.push([`${feed} ${element}`, plain, 'html']);
    }
  }
  return pieces;
}

// Everything by its own address, and the reader with its policy switched off.
async function opened(browser, { tag, author, articles }, files) {
  const outputs = ['/v1/feeds/rss.xml?content=full&limit=100', '/v1/feeds/atom.xml?content=full&limit=100', '/v1/feeds/feed.json?content=full&limit=100',
    '/v1/sitemaps/index.xml', '/v1/sitemaps/articles-1.xml', '/v1/sitemaps/news.xml', '/v1/articles?limit=100', '/v1/search?q=alert&limit=100', '/v1/site'];
  const sample = articles.filter((_, place) => place % 5 === 0);
  outputs.push(...sample.flatMap(({ slug }) => ['', '/jsonld', '/ninjs'].map((rest) => `/v1/articles/${slug}${rest}`)));
  const reader = ['/reader/', `/reader/tag.html?slug=${tag.slug}`, `/reader/author.html?slug=${author.slug}`,
    ...sample.map(({ slug }) => `/reader/article.html?slug=${slug}`), '/reader/article.html?slug=judged-0',
    ...scripts.slice(0, 20).map((script) => `/reader/article.html?slug=${encodeURIComponent(script)}&locale=${encodeURIComponent(script)}`),
    ...scripts.slice(0, 8).map((script) => `/docs/errors/${encodeURIComponent(script)}`)];
  let now = '';
  await witnessed(browser, () => now, async (page) => {
    for (const path of [...outputs, ...files, ...reader]) {
      now = path;
      looked += 1;
      // What is offered as a download is not shown, which is as good.
      await page.goto(new URL(path, api).href, { waitUntil: 'load' }).catch((error) => {
        if (!/Download is starting|ERR_ABORTED/.test(String(error))) throw error;
      });
      await page.waitForTimeout(path.startsWith('/reader') ? 150 : 10);
      if (path.startsWith('/reader')) await touched(page);
    }
  });
}

// The witnesses are no use unless they see what does run.
async function sees(browser) {
  const before = faults.length;
  await judged(browser, [['a script that runs', '<img src=x onerror=alert(1)><script>alert(1)</script>', 'html']]);
  const seen = faults.splice(before);
  if (seen.length < 2) throw new Error('the witnesses are blind');
}

const token = await login('editor@demo.example');
const newsroom = await published(token);
const files = await disguised(token);
const browser = await chromium.launch({
  executablePath: options.chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  await sees(browser);
  const pieces = await answers(newsroom.articles);
  await judged(browser, pieces);
  await opened(browser, newsroom, files);
} finally {
  await browser.close();
}
if (faults.length > 0) {
  faults.forEach((one) => console.error(`FAULT ${one}`));
  console.error(`${faults.length} faults.`);
  process.exit(1);
}
console.log(`${scripts.length} scripts in ${looked} pages: nothing ran.`);
