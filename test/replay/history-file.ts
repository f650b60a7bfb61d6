import { createRequire } from 'node:module'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import proto from '@temporalio/proto'

export type History = proto.temporal.api.history.v1.IHistory
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

const FOLDER = new URL('./histories/', import.meta.url)

/** ProtoJSON, as the Temporal UI and CLI read and write it. */
type ProtoJson = {
  readonly toJson: (type: unknown, message: History) => Json
  readonly fromJson: (type: unknown, json: Json) => History
}

// The SDK's own historyToJSON fails where npm gave its packages a protobufjs each: the converter has to be the one that
// the types were made with.
const { toJson, fromJson } = createRequire(createRequire(import.meta.url).resolve('@temporalio/proto'))(
  'protobufjs/ext/protojson',
) as ProtoJson
const HISTORY = (proto as unknown as { lookupType(name: string): unknown }).lookupType(
  'temporal.api.history.v1.History',
)

export function historyToJson(history: History): Json {
  return toJson(HISTORY, history)
}

export function historyFromJson(json: Json): History {
  return fromJson(HISTORY, json)
}

export async function listHistories(): Promise<string[]> {
  const names = await readdir(FOLDER)
  return names.map((name) => name.replace(/\.json$/, '')).toSorted()
}

export function readHistoryText(name: string): Promise<string> {
  return readFile(new URL(`${name}.json`, FOLDER), 'utf8')
}

export async function readHistory(name: string): Promise<History> {
  return historyFromJson(JSON.parse(await readHistoryText(name)) as Json)
}

/** All of them at once, so that a path that is no longer recorded leaves no file behind. */
export async function writeHistories(histories: ReadonlyMap<string, Json>): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true })
  await mkdir(FOLDER)
  for (const [name, history] of histories)
    await writeFile(new URL(`${name}.json`, FOLDER), `${JSON.stringify(history, null, 1)}\n`)
}
