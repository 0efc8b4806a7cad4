import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { theHouse } from '../kit/actor.ts'
import type { House } from '../kit/house.ts'
import { problem } from '../kit/http.ts'
import type { Role } from './auth.ts'
import { give } from './given.ts'
import { findLink, giveLinkBack, insertLink, takeLink, withdrawLinks, type LinkRow } from './links.ts'
import { addPerson, changePerson, checkPassword, countOwners, countPeople, personByEmail, personById, removeTwoFactor, setPassword, type Person } from './people.ts'

const OWNER_LINK_HOURS = 24

/** Where people reach this house. */
export const baseUrl = (house: House) => house.config.publicUrl ?? `http://${urlHost(house.config.host)}:${house.config.port}`
const urlHost = (host: string) => host.includes(':') ? `[${host}]` : host
export const linkUrl = (house: House, token: string) => `${baseUrl(house)}/welcome?token=${token}`

/** Whether nobody has taken the house yet. */
export const needsOwner = async (house: House): Promise<boolean> => (await countOwners(house.db)) === 0

/**
 * A one-time link that makes an owner, or lets a locked-out one set a new password (and drops a lost second factor). Also written to
 * `owner-link.txt` in the data folder, mode 0600. Older owner links stop working. Audited.
 */
export async function ownerLink(house: House): Promise<{ url: string; file: string; expiresAt: Date }> {
  const { row, token } = await house.commit(async (trx, tell) => {
    await withdrawLinks(trx, { kind: 'owner' })
    const link = await insertLink(trx, { kind: 'owner', role: 'owner', by: theHouse, hours: OWNER_LINK_HOURS })
    tell({ type: 'owner_link.made', accountId: null, audience: 'managers', subject: `link:${link.row.id}`, actor: theHouse, body: { expiresAt: link.row.expires_at.toISOString() } })
    return link
  })
  const url = linkUrl(house, token)
  const file = join(house.config.dataDir, 'owner-link.txt')
  await mkdir(house.config.dataDir, { recursive: true })
  await rm(file, { force: true })
  await writeFile(file, `${url}\n`, { mode: 0o600, flag: 'wx' })
  await chmod(file, 0o600)
  return { url, file, expiresAt: row.expires_at }
}

/** The demo's owner. It never listens beyond this machine, so how to enter may be said aloud. */
export async function seedDemoOwner(house: House): Promise<{ email: string; password: string }> {
  const owner = { email: 'owner@stagedoor.test', password: 'stagedoor demo' }
  if (await countPeople(house.db) === 0) await addPerson(house, { ...owner, name: 'Robin Demo', role: 'owner' })
  return owner
}

/** What a link is for, so that its page can ask the right things. */
export async function lookAtLink(house: House, token: string): Promise<{ kind: LinkRow['kind']; email: string | null; name: string | null; role: Role | null; expiresAt: Date }> {
  const link = await findLink(house.db, token)
  if (!link) return spent()
  const person = link.person_id === null ? undefined : await personById(house.db, link.person_id)
  return { kind: link.kind, email: person?.email ?? link.email, name: person?.name ?? link.name, role: link.role, expiresAt: link.expires_at }
}

const spent = (): never => problem(410, 'link_spent', 'This link no longer works', 'It was used, withdrawn, or is too old. Nothing was changed; ask for a new one.')

export type Entry = { token: string; password: string; email?: string; name?: string }

/**
 * Uses a link up and gives the person it made or changed. Of two at once one succeeds, the other gets 410 `link_spent`.
 */
export async function enter(house: House, entry: Entry): Promise<Person> {
  checkPassword(entry.password)
  const link = await takeLink(house.db, entry.token)
  if (!link) return spent()
  try {
    const person = link.kind === 'reset' ? await renew(house, link, entry.password) : await arrive(house, link, entry)
    await house.commit(async (trx, tell) => {
      if (link.kind === 'invitation') await give(trx, person.id, { accounts: link.accounts, groups: link.groups })
      tell({ type: told[link.kind], accountId: null, audience: 'managers', subject: `person:${person.id}`, actor: { kind: 'person', id: person.id, name: person.name }, body: { email: person.email, role: person.role } })
    })
    if (link.kind === 'owner') await rm(join(house.config.dataDir, 'owner-link.txt'), { force: true })
    return person
  } catch (why) {
    await giveLinkBack(house.db, link.id)
    throw why
  }
}
const told = { owner: 'person.became_owner', invitation: 'person.joined', reset: 'person.password_reset' } as const

async function renew(house: House, link: LinkRow, password: string): Promise<Person> {
  const person = link.person_id === null ? undefined : await personById(house.db, link.person_id)
  if (!person || person.disabled) return spent()
  await setPassword(house, person.id, password)
  return person
}

async function arrive(house: House, link: LinkRow, entry: Entry): Promise<Person> {
  const email = (link.email ?? entry.email)?.trim().toLowerCase()
  const name = (entry.name ?? link.name ?? '').trim()
  if (!email) return problem(422, 'email_missing', 'An e-mail address is needed', 'Nothing was changed. Say which address you want to sign in with.')
  const known = link.kind === 'owner' ? await personByEmail(house.db, email) : undefined
  if (known) {
    await changePerson(house, known.id, { role: 'owner', banned: false, banReason: null })
    if (known.twoFactor) await removeTwoFactor(house, known.id)
    await setPassword(house, known.id, entry.password)
    return { ...known, role: 'owner', disabled: false, twoFactor: false }
  }
  if (name === '') return problem(422, 'name_missing', 'A name is needed', 'Nothing was changed. Say what the others should call you.')
  return await addPerson(house, { email, name, role: link.role ?? 'agent', password: entry.password })
}
