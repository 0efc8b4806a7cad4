import type { InfiniteData } from '@tanstack/react-query'
import type { Account, Asset, Conversation, Folder, LiveEvent, Message, Page, Post, Sort, Target } from '../api/types.ts'

export type Pages<T> = InfiniteData<Page<T>, string | null>

/** What an event carries, whatever it is called: the whole thing as the API would answer it, so that the page asks nothing again. */
export type News = { message?: Message; removed?: { id: number; conversationId: number }; conversation?: Conversation; post?: Post; target?: Target; postId?: number; account?: Account; asset?: Asset }

export function readNews(event: LiveEvent): News {
  const body = event.body ?? {}
  const [about] = event.type.split('.')
  const part = <T>(name: string): T | undefined => {
    const inside = body[name]
    if (inside && typeof inside === 'object') return inside as T
    return about === name && typeof body['id'] === 'number' ? (body as T) : undefined
  }
  return {
    message: event.type === 'message.removed' ? undefined : part<Message>('message'), removed: event.type === 'message.removed' ? part('message') : undefined, conversation: part<Conversation>('conversation'), post: part<Post>('post'), target: part<Target>('target'),
    account: part<Account>('account'), asset: part<Asset>('asset'),
    postId: typeof body['postId'] === 'number' ? body['postId'] : undefined,
  }
}

/** Whether a conversation belongs in this list. */
export const belongs = (c: Conversation, { account, folder, sort }: { account: number | null; folder: Folder; sort: Sort }) =>
  (account === null || c.accountId === account)
  && (folder === 'closed' ? c.state === 'closed' : c.state === 'open' && (folder === 'open' || c.kind === 'request'))
  && (sort === 'recent' || c.window.closesAt !== null)

const before = (a: Conversation, b: Conversation, sort: Sort) => {
  if (sort === 'closes') {
    const [left, right] = [a.window.closesAt, b.window.closesAt]
    if (left !== right) return left === null ? false : right === null ? true : Date.parse(left) < Date.parse(right)
  }
  const [left, right] = [Date.parse(a.lastMessageAt ?? '') || 0, Date.parse(b.lastMessageAt ?? '') || 0]
  return left === right ? a.id > b.id : left > right
}

/** Puts a changed conversation where it now belongs. One that falls behind the last page that was read waits for that page. */
export function placeConversation(pages: Pages<Conversation>, changed: Conversation, filter: { account: number | null; folder: Folder; sort: Sort }): Pages<Conversation> {
  const at = pages.pages.findIndex(page => page.items.some(item => item.id === changed.id))
  const fits = belongs(changed, filter)
  if (at < 0 && !fits) return pages
  const rest = pages.pages.map((page, i) => (i === at ? { ...page, items: page.items.filter(item => item.id !== changed.id) } : page))
  if (!fits) return { ...pages, pages: rest }
  for (const [i, page] of rest.entries()) {
    const place = page.items.findIndex(item => before(changed, item, filter.sort))
    const last = i === rest.length - 1
    if (place < 0 && !(last && page.next === null)) continue
    const to = place < 0 ? page.items.length : place
    rest[i] = { ...page, items: page.items.toSpliced(to, 0, changed) }
    return { ...pages, pages: rest }
  }
  return { ...pages, pages: rest }
}

/** Puts a message in, newest first; the same message, or the one this browser drew before the server had it, is replaced. */
export function placeMessage(pages: Pages<Message>, changed: Message): Pages<Message> {
  const same = (m: Message) => m.id === changed.id || (changed.clientKey !== null && m.clientKey === changed.clientKey)
  if (pages.pages.some(page => page.items.some(same))) {
    let placed = false // a drawn one and a stored one may both be there: one row stays
    const keep = (m: Message) => { if (!same(m)) return [m]; if (placed) return []; placed = true; return [changed] }
    return { ...pages, pages: pages.pages.map(page => (page.items.some(same) ? { ...page, items: page.items.flatMap(keep) } : page)) }
  }
  const [first, ...others] = pages.pages
  if (!first) return pages
  const at = first.items.findIndex(m => m.sentAt < changed.sentAt || (m.sentAt === changed.sentAt && m.id < changed.id))
  if (at < 0 && first.next !== null) return pages // older than what was read
  return { ...pages, pages: [{ ...first, items: first.items.toSpliced(at < 0 ? first.items.length : at, 0, changed) }, ...others] }
}

/** A message that turned out to be another one: its row goes. */
export const removeMessage = (pages: Pages<Message>, id: number): Pages<Message> =>
  pages.pages.some(page => page.items.some(m => m.id === id)) ? { ...pages, pages: pages.pages.map(page => ({ ...page, items: page.items.filter(m => m.id !== id) })) } : pages

const withTarget = (post: Post, target: Target): Post =>
  post.targets.some(t => t.id === target.id) ? { ...post, targets: post.targets.map(t => (t.id === target.id ? { ...t, ...target } : t)) } : post

/** A target's news inside its post. Progress alone may come without the rest of the target. */
export const placeTargetInPost = (post: Post, target: Target): Post => withTarget(post, target)

export function placeTarget(pages: Pages<Post>, target: Target): Pages<Post> {
  const owns = (page: Page<Post>) => page.items.some(post => post.targets.some(t => t.id === target.id))
  return pages.pages.some(owns) ? { ...pages, pages: pages.pages.map(page => (owns(page) ? { ...page, items: page.items.map(post => withTarget(post, target)) } : page)) } : pages
}

export function placePost(pages: Pages<Post>, post: Post, account: number | null): Pages<Post> {
  if (account !== null && !post.targets.some(t => t.accountId === account)) return pages
  if (pages.pages.some(page => page.items.some(p => p.id === post.id))) {
    return { ...pages, pages: pages.pages.map(page => ({ ...page, items: page.items.map(p => (p.id === post.id ? post : p)) })) }
  }
  const [first, ...others] = pages.pages
  return first ? { ...pages, pages: [{ ...first, items: [post, ...first.items] }, ...others] } : pages
}

export const placeAccount = (accounts: Account[], changed: Account): Account[] =>
  accounts.some(a => a.id === changed.id) ? accounts.map(a => (a.id === changed.id ? { ...a, ...changed } : a)) : [...accounts, changed]
