// A life on the site through the types that openapi-typescript generates, as a program; see test_life.py.

import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import createClient, { type Client } from "openapi-fetch";
import { Upload } from "tus-js-client";
import { type App, logIn, refresh, revoke, say, type Tokens } from "./entrance.js";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];
type Answer<T> = { data?: T; error?: unknown; response: Response };
type Job = { origin: string; files: { whole: string; tus: string; put: string } };

const WAIT_MS = 60_000; // for what the site does in its own time
const SCOPES = ["read", "write", "follow"] as const;

// Somebody for whom the app may act.
class Person {
  api!: Client<paths>;
  tokens!: Tokens;

  constructor(
    readonly app: App,
    tokens: Tokens,
  ) {
    this.use(tokens);
  }

  use(tokens: Tokens): void {
    this.tokens = tokens;
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    this.api = createClient<paths>({ baseUrl: this.app.origin, headers });
  }
}

// What a call has answered; an error for a refusal.
function must<T>({ data, error, response }: Answer<T>): T {
  if (!response.ok) {
    throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(error)}`);
  }
  return data as T;
}

// Status and code of the problem that a call has answered.
function refusal({ error, response }: { error?: Schemas["Problem"]; response: Response }): [number, string] {
  if (error === undefined) {
    throw new Error(`${response.url} answered ${response.status}`);
  }
  return [response.status, error.code];
}

async function main(job: Job): Promise<void> {
  const app = await register(job.origin);
  const author = new Person(app, await logIn(app, "author"));
  const reader = new Person(app, await logIn(app, "reader"));
  say({ report: await live(author, reader, job.files) });
}

async function register(origin: string): Promise<App> {
  const api = createClient<paths>({ baseUrl: origin });
  const wanted = { name: "Types of TypeScript", redirect_uris: ["http://127.0.0.1/done"], scopes: [...SCOPES] };
  const app = must(await api.POST("/rest/v1/apps", { body: wanted }));
  const site = must(await api.GET("/rest/v1/instance"));
  if (!site.features.direct_uploads) {
    throw new Error("This site has no store to send files to.");
  }
  return { origin, clientId: app.client_id, scopes: SCOPES };
}

// The whole life; what both have seen of it.
async function live(author: Person, reader: Person, files: Job["files"]): Promise<object> {
  const names = [await nameOf(author), await nameOf(reader)] as const;
  const media = [
    await sendWhole(author, files.whole),
    await sendByTus(author, files.tus),
    await sendToStore(author, files.put),
  ];
  const follow = await reader.api.PUT("/rest/v1/users/{username}/follow", { params: { path: { username: names[0] } } });
  const post = await publish(author, media);
  const seen = await waitFor(() => lookAtFeed(reader, post.id));
  const found = await find(reader, names[0]);
  const path = { post_id: post.id };
  const liked = must(await reader.api.PUT("/rest/v1/posts/{post_id}/like", { params: { path } }));
  const words = { category: "spam" as const, note: "Not really." };
  const reported = must(await reader.api.POST("/rest/v1/posts/{post_id}/report", { params: { path }, body: words }));
  const likers = must(await author.api.GET("/rest/v1/posts/{post_id}/likes", { params: { path } }));
  const told = must(await reader.api.GET("/rest/v1/push-subscriptions"));
  const elsewhere = must(await reader.api.GET("/rest/v1/connections"));
  const there = must(await author.api.GET("/rest/v1/posts/{post_id}/cross-posts", { params: { path } }));
  const shelf = must(await reader.api.POST("/rest/v1/collections", { body: { name: "Kilns" } }));
  return {
    people: names,
    sha256: media.map((each) => each.sha256),
    following: must(follow).relationship?.following,
    in_feed: [seen.title, seen.author.username, seen.media.map((each) => each.alt_text)],
    pictures: await Promise.all(seen.media.map(pictureComes)),
    found: found.map((each) => "caption" in each && each.id === post.id),
    place: await visitPlace(reader, post),
    liked: [liked.like_count, liked.viewer.liked],
    reported: [reported.category, reported.note],
    likers: likers.results.map((each) => each.username),
    ...(await talk(author, reader, post)),
    told_on: [told.results.length, told.server_key],
    elsewhere: [elsewhere.results.length, there.results.length],
    collected: await collect(reader, shelf.id, post.id),
    album: await fillAlbum(author, reader, post.id),
    given_away: await giveAway(author, reader, post.id),
    ...(await beTold(author)),
    ...(await change(author, reader, post)),
    ...(await end(author, reader, names[0])),
  };
}

// How many are in the collection then; of each, whether it is this one and known to be saved.
async function collect(reader: Person, collection: string, postId: string): Promise<unknown[]> {
  const path = { collection_id: collection, post_id: postId };
  const put = await reader.api.PUT("/rest/v1/collections/{collection_id}/posts/{post_id}", { params: { path } });
  const page = must(await reader.api.GET("/rest/v1/saved", { params: { query: { collection } } }));
  return [must(put).post_count, ...page.results.map((each) => each.id === postId && each.viewer.saved)];
}

// How many are in a new album of the author's; of each that the reader finds in it, whether it is this one.
async function fillAlbum(author: Person, reader: Person, postId: string): Promise<unknown[]> {
  const made = must(await author.api.POST("/rest/v1/albums", { body: { title: "Kilns", posts: [postId] } }));
  const path = { album_id: made.id };
  const page = must(await reader.api.GET("/rest/v1/albums/{album_id}/posts", { params: { path } }));
  return [made.post_count, ...page.results.map((each) => each.id === postId)];
}

// Whether a link has the name that was chosen and stands in the list; why the post goes nowhere else; how many are left.
async function giveAway(author: Person, reader: Person, postId: string): Promise<unknown[]> {
  const path = { post_id: postId };
  const link = must(
    await author.api.POST("/rest/v1/posts/{post_id}/share-links", { params: { path }, body: { alias: `kilns-${postId}` } }),
  );
  const listed = must(await author.api.GET("/rest/v1/share-links")).results.map((each) => each.id === link.id);
  const { targets, reason } = must(await reader.api.GET("/rest/v1/posts/{post_id}/share-targets", { params: { path } }));
  await author.api.DELETE("/rest/v1/share-links/{link_id}", { params: { path: { link_id: link.id } } });
  const left = must(await author.api.GET("/rest/v1/share-links")).results.length;
  return [link.url.endsWith(`/s/kilns-${postId}`), listed, [targets.length, reason?.code], left];
}

async function nameOf(person: Person): Promise<string> {
  return must(await person.api.GET("/rest/v1/me")).username;
}

async function sendWhole(author: Person, path: string): Promise<Schemas["Media"]> {
  const form = new FormData();
  form.set("file", new Blob([readFileSync(path)], { type: "image/jpeg" }), "whole.jpg");
  form.set("alt_text", "whole");
  const body = { file: "" }; // the types have no word for a file; the form goes in its stead
  return must(await author.api.POST("/rest/v1/media", { body, bodySerializer: () => form }));
}

// By tus-js-client, as it comes from its package; the last answer names the media.
async function sendByTus(author: Person, path: string): Promise<Schemas["Media"]> {
  const mediaId = await new Promise<string>((resolve, reject) => {
    const file = createReadStream(path) as unknown as Pick<ReadableStreamDefaultReader, "read">; // says its readme
    new Upload(file, {
      endpoint: `${author.app.origin}/rest/v1/uploads`,
      headers: { Authorization: `Bearer ${author.tokens.access_token}` },
      metadata: { alt_text: "tus" },
      chunkSize: 10_000,
      onError: reject,
      onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader("Upload-Media-Id") ?? ""),
    }).start();
  });
  return must(await author.api.GET("/rest/v1/media/{media_id}", { params: { path: { media_id: mediaId } } }));
}

async function sendToStore(author: Person, path: string): Promise<Schemas["Media"]> {
  const file = readFileSync(path);
  const sha256 = createHash("sha256").update(file).digest("hex");
  const body = { bytes: file.length, sha256, alt_text: "put" };
  const address = must(await author.api.POST("/rest/v1/uploads/direct", { body }));
  const put = await fetch(address.url, { method: address.method, headers: address.headers, body: file });
  if (!put.ok) {
    throw new Error(`The store answered ${put.status}: ${await put.text()}`);
  }
  const params = { path: { upload_id: address.id } };
  return must(await author.api.POST("/rest/v1/uploads/direct/{upload_id}/finish", { params }));
}

// A post for followers, once its pictures are developed.
async function publish(author: Person, media: Schemas["Media"][]): Promise<Schemas["Post"]> {
  const body: Schemas["NewPostInput"] = {
    media_ids: media.map((each) => each.id),
    title: "Three ways",
    tags: ["kiln"],
    location: { name: "Stoke-on-Trent" },
    audience: "followers",
  };
  const params = { path: { post_id: must(await author.api.POST("/rest/v1/posts", { body })).id } };
  return waitFor(async () => {
    const post = must(await author.api.GET("/rest/v1/posts/{post_id}", { params }));
    return post.state === "published" ? post : undefined;
  });
}

async function lookAtFeed(reader: Person, postId: string): Promise<Schemas["Post"] | undefined> {
  const page = must(await reader.api.GET("/rest/v1/feed", { params: { query: { ranking: "latest" } } }));
  return page.results.map((item) => item.post).find((post) => post.id === postId);
}

// The author's posts with this title, of which the last word is still being typed.
async function find(reader: Person, username: string): Promise<Schemas["SearchPage"]["results"]> {
  const query = { q: "three wa", from: username };
  return must(await reader.api.GET("/rest/v1/search", { params: { query } })).results;
}

// Its name, whether it counts posts, and whether the newest there is this one.
async function visitPlace(reader: Person, post: Schemas["Post"]): Promise<unknown[]> {
  const params = { path: { slug: "stoke-on-trent" } };
  const place = must(await reader.api.GET("/rest/v1/places/{slug}", { params }));
  const posts = must(await reader.api.GET("/rest/v1/places/{slug}/posts", { params })).results;
  return [place.name, place.post_count > 0, posts[0]?.id === post.id];
}

// Whether each rendition comes with as many bytes as are said, from where its address leads.
async function pictureComes(media: Schemas["SharedMedia"]): Promise<boolean> {
  const sizes = media.renditions.map(async (rendition) => {
    const bytes = await (await fetch(rendition.url)).arrayBuffer();
    return bytes.byteLength === rendition.bytes;
  });
  return media.state === "ready" && sizes.length > 0 && (await Promise.all(sizes)).every(Boolean);
}

// A comment that is changed, liked and replied to.
async function talk(author: Person, reader: Person, post: Schemas["Post"]): Promise<object> {
  const about = { path: { post_id: post.id } };
  const comments = "/rest/v1/posts/{post_id}/comments";
  const said = must(await reader.api.POST(comments, { params: about, body: { text: "Fine ligth" } }));
  const params = { path: { comment_id: said.id } };
  const changed = must(await reader.api.PATCH("/rest/v1/comments/{comment_id}", { params, body: { text: "Fine light" } }));
  must(await author.api.POST(comments, { params: about, body: { text: "Early", parent_id: said.id } }));
  const liked = must(await author.api.PUT("/rest/v1/comments/{comment_id}/like", { params }));
  const listed = must(await reader.api.GET(comments, { params: about })).results[0];
  const before = must(await author.api.GET("/rest/v1/comments/{comment_id}/history", { params })).results;
  return {
    said: [changed.text, listed?.reply_count, listed?.replies.map((each) => each.text)],
    said_before: before.map((each) => each.text),
    comment_liked: [liked.like_count, liked.viewer.liked],
  };
}

// What the author was told of the comment, and that it is read; no more daily mail.
async function beTold(author: Person): Promise<object> {
  const told = await waitFor(async () => {
    const query = { filter: "comments" as const };
    const page = must(await author.api.GET("/rest/v1/notifications", { params: { query } }));
    return page.results[0] && { newest: page.results[0], unread: page.unread };
  });
  const read = must(await author.api.POST("/rest/v1/notifications/read", { body: { up_to: told.newest.id } }));
  const chosen = must(await author.api.PATCH("/rest/v1/me/notifications", { body: { digest: false } }));
  return {
    told: [told.newest.text, told.newest.unread, told.unread > 0],
    read: read.read_up_to === told.newest.id,
    digest: chosen.digest,
  };
}

// Another title and audience, into the trash, and out of it.
async function change(author: Person, reader: Person, post: Schemas["Post"]): Promise<object> {
  const params = { path: { post_id: post.id } };
  const body: Schemas["PostInput"] = { title: "Three roads", audience: "public" };
  const edited = must(await author.api.PATCH("/rest/v1/posts/{post_id}", { params, body }));
  must(await author.api.DELETE("/rest/v1/posts/{post_id}", { params }));
  const trash = must(await author.api.GET("/rest/v1/trash")).results;
  const gone = refusal(await reader.api.GET("/rest/v1/posts/{post_id}", { params }));
  must(await author.api.POST("/rest/v1/posts/{post_id}/restore", { params }));
  const back = must(await reader.api.GET("/rest/v1/posts/{post_id}", { params }));
  return {
    edited: [edited.title, edited.audience === "public", edited.tags, edited.edited_at !== null],
    in_trash: [trash.length === 1 && trash[0]?.id === post.id, ...gone],
    restored: [back.title, back.url === post.url, back.like_count, back.viewer.liked],
  };
}

// The reader's tokens are renewed, the author's given back.
async function end(author: Person, reader: Person, username: string): Promise<object> {
  const old = reader.tokens;
  reader.use(await refresh(reader.app, old));
  const known = must(await reader.api.GET("/rest/v1/users/{username}", { params: { path: { username } } }));
  await revoke(author.app, author.tokens.refresh_token);
  return {
    renewed: [reader.tokens.access_token !== old.access_token, reader.tokens.refresh_token !== old.refresh_token],
    still_following: known.relationship?.following,
    revoked: refusal(await author.api.GET("/rest/v1/me")),
  };
}

// The first answer of `look` that is not undefined.
async function waitFor<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error("It did not happen.");
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

await main(JSON.parse(process.argv[2] ?? "") as Job);
