// Recomputes the integrity hashes of the CDN page from the npm tarballs, which the CDN serves as
// they are. `--check` writes nothing and fails where one differs; `--save DIR` keeps the files.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const PAGE = new URL("../bff/graphql/graphiql/cdn.html", import.meta.url);
const TAG = /"https:\/\/unpkg\.com\/((?:@[^/"]+\/)?[^@/"]+@[^/"]+)\/([^"]+)" integrity="([^"]*)"/g;

function unpack(spec, root) {
  const folder = mkdtempSync(join(root, "pack-"));
  const args = ["pack", spec, "--silent", "--pack-destination", folder];
  const tarball = execFileSync("npm", args, { encoding: "utf8" }).trim();
  execFileSync("tar", ["-xzf", join(folder, tarball), "-C", folder]);
  return join(folder, "package");
}

function unpackAll(specs, root) {
  return new Map(specs.map((spec) => [spec, unpack(spec, root)]));
}

function hash(path) {
  return `sha384-${createHash("sha384").update(readFileSync(path)).digest("base64")}`;
}

function keep(folders, tags, directory) {
  for (const [, spec, path] of tags) {
    cpSync(join(folders.get(spec), path), join(directory, spec, path));
  }
}

function run({ check, save }, root) {
  const page = readFileSync(PAGE, "utf8");
  const tags = [...page.matchAll(TAG)];
  const folders = unpackAll([...new Set(tags.map(([, spec]) => spec))], root);
  const fresh = page.replace(TAG, (tag, spec, path, old) =>
    tag.replace(`integrity="${old}"`, `integrity="${hash(join(folders.get(spec), path))}"`),
  );
  if (save) keep(folders, tags, save);
  if (!check) writeFileSync(PAGE, fresh);
  console.log(`${tags.length} files, ${fresh === page ? "no hash changed" : "hashes changed"}`);
  return check && fresh !== page ? 1 : 0;
}

const options = { check: { type: "boolean" }, save: { type: "string" } };
const { values } = parseArgs({ options });
const root = mkdtempSync(join(tmpdir(), "integrity-"));
try {
  process.exitCode = run(values, root);
} finally {
  rmSync(root, { recursive: true });
}
