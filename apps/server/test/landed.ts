import { createHash } from 'node:crypto'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../migrations')
const list = join(folder, 'landed.json')

export type Landed = Record<string, string>
/** Migrations that have landed, with the SHA-256 of their files. Other people's databases have them: they are never edited. */
export const readLanded = async (): Promise<Landed> => JSON.parse(await readFile(list, 'utf8').catch(() => '{}')) as Landed

/** The digests of the migrations as they lie here; line ends count as one, so that a checkout on Windows is no change. */
export async function digests(): Promise<Landed> {
  const files = (await readdir(folder)).filter(file => /^\d{4}_[\w-]+\.ts$/.test(file)).toSorted()
  return Object.fromEntries(await Promise.all(files.map(async file => [file, createHash('sha256').update((await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n')).digest('hex')] as const)))
}

/** What is wrong with the landed ones, in a sentence each. */
export const broken = (landed: Landed, here: Landed): string[] => Object.entries(landed).flatMap(([file, digest]) =>
  here[file] === undefined ? [`${file} has landed and is gone.`] : here[file] === digest ? [] : [`${file} has landed and was edited: put it back and write a new migration.`])

export const writeLanded = (landed: Landed) => writeFile(list, `${JSON.stringify(landed, null, 2)}\n`)
