import type { House } from './api.ts'
import type { Account, Asset, Conversation } from './shapes.ts'
import { Trouble } from './trouble.ts'

const bare = (name: string) => name.trim().replace(/^@/, '').toLowerCase()
const isId = (name: string) => /^\d{1,15}$/.test(name.trim())

export const nameOf = (account: Pick<Account, 'handle' | 'displayName'>) => account.handle === '' ? account.displayName : `@${account.handle}`

/** An account by its number or its @handle. */
export async function findAccount(house: House, name: string, among?: Account[]): Promise<Account> {
  const accounts = among ?? await house.list<Account>('/api/v1/accounts')
  const found = accounts.find(account => isId(name) ? account.id === Number(name) : account.handle.toLowerCase() === bare(name))
  if (found) return found
  const known = accounts.slice(0, 12).map(account => `${nameOf(account)} (${account.id})`).join(', ')
  throw new Trouble('refused', 'no_such_account', 'There is no such account', `"${name}" is not among yours. ${known ? `There are: ${known}.` : 'None is connected yet.'} Nothing was done.`)
}

/** A conversation by its number or its customer's @handle. */
export async function findConversation(house: House, name: string): Promise<Conversation> {
  if (isId(name)) return await house.get<Conversation>(`/api/v1/conversations/${Number(name)}`)
  const lists = await Promise.all(['open', 'closed'].map(folder => house.list<Conversation>(`/api/v1/conversations?folder=${folder}`, 1000)))
  const found = lists.flat().filter(conversation => conversation.contact.handle.toLowerCase() === bare(name))
  const [only] = found
  if (only && found.length === 1) return only
  throw only
    ? new Trouble('usage', 'several_conversations', 'There are several such conversations', `@${bare(name)} writes to more than one account: conversations ${found.map(one => one.id).join(', ')}. Name one by its number. Nothing was done.`)
    : new Trouble('refused', 'not_found', 'There is no such conversation', `Nobody called "${name}" is among the newest. "conversations" lists them with their numbers. Nothing was done.`)
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const CHECK_PATIENCE_MS = 180_000

/** A file once the house has looked into it; asked for, because files are told to their person only, not to tokens. */
export async function checkedAsset(house: House, id: number): Promise<Asset> {
  for (const end = performance.now() + CHECK_PATIENCE_MS; ; await pause(400)) {
    const asset = await house.get<Asset>(`/api/v1/assets/${id}`)
    if (asset.state !== 'checking' || performance.now() > end) return asset
  }
}
