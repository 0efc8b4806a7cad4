import type { Trx } from '../kit/db.ts'
import { nameOn, unblock } from './conversations.ts'
import { isSendOf } from './match.ts'
import { aliasText, claimAlias, knownAliases, setMessageState, type Placed } from './messages.ts'
import { outstandingIn, updateSend } from './sends.ts'

export type Settled = { messageId: number; conversationId: number; sentAt: Date }

/**
 * Echoes of our own sends whose answer has not come (yet): the same words in the same conversation, written by an API since we began.
 * The send is settled by it; `rest` is what is left to be kept as messages of their own. The conversations are locked by the caller.
 */
export async function bindEchoes(trx: Trx, list: Placed[]): Promise<{ rest: Placed[]; settled: Settled[] }> {
  const echoes = list.filter(one => one.direction === 'out' && one.automatic === null && (one.origin === 'api' || one.origin === 'unknown'))
  if (echoes.length === 0) return { rest: list, settled: [] }
  const open = await outstandingIn(trx, [...new Set(echoes.map(one => one.conversationId))])
  if (open.length === 0) return { rest: list, settled: [] }
  const known = await knownAliases(trx, echoes.map(one => nameOn(one.accountId, one.key)))
  const settled: Settled[] = []
  const bound = new Set<Placed>()
  const names = new Set<string>()
  for (const echo of echoes) {
    if (known.has(aliasText(echo)) || names.has(aliasText(echo))) continue
    const mine = isSendOf(echo, open.filter(one => one.conversationId === echo.conversationId && !settled.some(done => done.messageId === one.messageId)))
    if (!mine || await claimAlias(trx, echo, mine.messageId) !== mine.messageId) continue
    names.add(aliasText(echo))
    bound.add(echo)
    await setMessageState(trx, mine.messageId, { state: 'sent', at: echo.sentAt, content: echo.content })
    await updateSend(trx, mine.messageId, { settled: true, look_at: null, try_at: null })
    await unblock(trx, echo.conversationId, mine.messageId)
    settled.push({ messageId: mine.messageId, conversationId: echo.conversationId, sentAt: echo.sentAt })
  }
  return { rest: list.filter(one => !bound.has(one)), settled }
}
