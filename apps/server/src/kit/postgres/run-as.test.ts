import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { decideWho, isOpenTo } from './run-as.ts'

const isRoot = process.getuid?.() === 0
const all = () => true
const only = (program: string) => (prefix: string[]) => prefix[0] === program
let closed: string
let open: string

beforeEach(async () => {
  closed = join(await mkdtemp(join(homedir(), '.stagedoor-home-')), 'data')
  open = join(await mkdtemp(join(tmpdir(), 'stagedoor-open-')), 'data')
  await mkdir(closed, { mode: 0o700 })
  await mkdir(open, { mode: 0o700 })
  await chmod(join(open, '..'), 0o755)
  onTestFinished(async () => { for (const folder of [closed, open]) await rm(join(folder, '..'), { recursive: true, force: true }) })
})

test('root never runs the database as root: another user, else setpriv, else a user namespace, else another folder', async () => {
  const moved: string[] = []
  onTestFinished(async () => { for (const folder of moved) await rm(folder, { recursive: true, force: true }) })
  const how = async (folder: string, programs: string, works: (prefix: string[]) => boolean) => {
    const who = await decideWho(folder, programs, works)
    if (who.how === 'moved') moved.push(who.home)
    return who.how
  }
  const programs = '/usr'
  const found = [await how(open, programs, all), await how(closed, programs, all), await how(closed, programs, only('unshare')), await how(open, closed, only('setpriv')), await how(closed, programs, () => false)]
  expect(found).toEqual(isRoot ? ['another user', 'setpriv', 'user namespace', 'setpriv', 'moved'] : Array.from({ length: 5 }, () => 'as we are'))
  expect(moved.every(folder => folder.startsWith('/var/lib/stagedoor-'))).toBe(true)
  expect(moved).toHaveLength(isRoot ? 1 : 0)
})

test('passing through the data folder is all that is given to the database’s user', async () => {
  await decideWho(open, '/usr', all)
  expect((await stat(open)).mode & 0o777).toBe(isRoot ? 0o711 : 0o700)
  expect(await isOpenTo(closed)).toBe(false)
  expect(await isOpenTo('/usr')).toBe(true)
})

test('a database made in a user namespace stays in one', async () => {
  await mkdir(join(closed, 'postgres'), { mode: 0o700 }) // root's own
  expect((await decideWho(closed, '/usr', all)).how).toBe(isRoot ? 'user namespace' : 'as we are')
})
