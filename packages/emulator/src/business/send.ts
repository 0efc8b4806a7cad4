import { isMessageId, readDraft, type Draft } from './draft.ts'
import { picturesWork, theConversation } from './lists.ts'
import { closedByRules, invalid, No, noPermission, notThere } from './refuse.ts'
import { route, type Session } from './route.ts'
import { accountNamed, personOf, underEuRules } from './stage.ts'
import type { Ground } from '../face.ts'
import { addMessage, changed, conversationOf, echo, mayAnswer } from './talk.ts'
import type { Body, Comment, Conversation } from './types.ts'

const MEDIA_LIFE_MS = 30 * 86_400_000, HOUR_MS = 3_600_000

/** 4.3. The answer's id is nested, and an empty text for an action. The echo runs by itself, sometimes before this answer (G13). */
export const send = route({ name: 'business.send', method: 'POST', path: '/business/message/send/', scope: 'message.list.send', bucket: 'messaging', says: 'Sends a text, picture, own post, card or action' },
  ({ body }) => readDraft(body),
  async (ground, session, draft) => {
    const conversation = 'conversationId' in draft.to ? theConversation(ground, session, asRecipient(draft.to.conversationId)) : byComment(ground, session, draft.to.commentId)
    if (draft.what.type === 'action') return act(ground, conversation, draft.what.action)
    const body = contentOf(ground, session, conversation, draft.what)
    if ('conversationId' in draft.to) mayAnswer(ground, conversation)
    const quotes = draft.what.type === 'text' ? draft.what.quotes : undefined
    const message = addMessage(ground, conversation, { from: 'business', body, source: 'API', appId: session.appId, ...(quotes === undefined ? {} : { quotes }) })
    if ('commentId' in draft.to) { const comment = ground.store.shelf('comment').get(draft.to.commentId); if (comment) ground.store.shelf('comment').put({ ...comment, answered: true }) }
    if (ground.call.fault('no echo')) return { message: { message_id: message.id } }
    const after = ground.call.fault('echo before answer') ? -50 : ground.call.fault('echo late') ? 6000 : echoDelay(ground)
    if (after < 0) await ground.store.flush()
    echo(ground, conversation, message, after)
    if (after < 0) await overtaken(ground)
    return { message: { message_id: message.id } }
  })

const asRecipient = (id: string): string => {
  if (!isMessageId(id)) throw invalid('recipient', 'A conversation id has 28 characters and ends in ==.', 'G21 ids of wrong shape')
  return id
}

/** −50 … +500 ms around the answer (G13): a negative one is delivered before the answer leaves. */
function echoDelay(ground: Ground): number {
  const timing = ground.rules.get('echo-timing')
  if (timing === 'before') return -50
  if (timing === 'after') return 200
  return Math.round(ground.ids.chance('echo') * 550) - 50
}

/** Gives the echo its head start: until it was delivered, or 250 ms of wall time. */
const overtaken = (ground: Ground) => ground.timeline.waitFor('delivered', about => about['event'] === 'im_send_msg', 250).catch(() => undefined)

function act(ground: Ground, conversation: Conversation, action: 'TYPING' | 'MARK_READ'): unknown {
  if (action === 'TYPING') conversation.typingUntil = ground.clock.now() + 5000
  else conversation.readByBusinessAt = ground.clock.now()
  ground.store.shelf('conversation').put(conversation)
  changed(ground, conversation)
  return { message: { message_id: '' } }
}

function contentOf(ground: Ground, session: Session, conversation: Conversation, what: Exclude<Draft['what'], { type: 'action' }>): Body {
  switch (what.type) {
    case 'text': {
      if (what.quotes !== undefined) quotable(ground, conversation, what.quotes)
      return { type: 'text', text: what.text }
    }
    case 'image': {
      const media = ground.store.shelf('dmMedia').get(what.mediaId)
      if (!media || media.accountId !== session.accountId || media.appId !== session.appId) throw notThere('The media', 'No picture of this app and account has this media_id.')
      if (ground.clock.now() > media.at + MEDIA_LIFE_MS) throw notThere('The media', 'The media_id is older than 30 days.')
      if (!picturesWork(ground, conversation)) throw refusedPicture(ground)
      return { type: 'image', mediaId: media.id }
    }
    case 'share_post': {
      if (!/^\d{15,20}$/.test(what.itemId)) throw invalid('share_post.item_id', 'An item id is a number of about 19 digits, as text.', 'G21 ids of wrong shape')
      if (!isOwnPost(ground, session.accountId, what.itemId)) throw notThere('The post', 'Only own posts can be shared; this account has no such post.')
      return { type: 'share_post', itemId: what.itemId }
    }
    case 'template': return { type: 'template', card: what.card }
  }
}

/** Only a text, a picture or a shared post of the same conversation can be quoted (4.3). */
function quotable(ground: Ground, conversation: Conversation, id: string): void {
  const field = 'referenced_message_info.referenced_message_id'
  if (!isMessageId(id)) throw invalid(field, 'A message id has 28 characters.', 'G21 ids of wrong shape')
  const original = ground.store.shelf('message').get(id)
  if (!original || original.conversationId !== conversation.id) throw notThere('The referenced message', 'No message of this conversation has this id.')
  if (!['text', 'image', 'share_post'].includes(original.body.type)) throw invalid(field, `A ${original.body.type} cannot be quoted; texts, pictures and shared posts can.`)
}

const refusedPicture = (ground: Ground): No => ground.rules.get('image-refusal') === '40064'
  ? closedByRules('Pictures do not work between these two countries.', 'G25 image-refusal')
  : noPermission('The image capability is not available for this conversation.', 'Pictures do not work between these two countries; ask capabilities/get first.', 'G25 image-refusal')

/** Comment-to-Message (4.9): the comment must be one TikTok flagged, first-level, at most 48 h old, unanswered, and the person not written to for a day. */
function byComment(ground: Ground, session: Session, commentId: string): Conversation {
  const rule = '4.9 comment to message', refuse = (why: string) => noPermission('The comment cannot be replied to by direct message.', why, rule)
  if (!/^\d{15,20}$/.test(commentId)) throw invalid('direct_reply.comment_reply.comment_id', 'A comment id is a number of about 19 digits, as text.', 'G21 ids of wrong shape')
  const comment: Comment | undefined = ground.store.shelf('comment').get(commentId)
  if (!comment || comment.accountId !== session.accountId) throw notThere('The comment', 'No comment on this account has this id.')
  if (ground.store.shelf('directReply').get(session.accountId)?.status !== 'ENABLE') throw refuse('Comment-to-Message is switched off for this account.')
  if (!['VN', 'ID', 'TH'].includes(accountNamed(ground, session.accountId).region)) throw refuse('Only accounts registered in Vietnam, Indonesia or Thailand may do this.')
  if (!comment.highIntent || comment.parentId) throw refuse('TikTok did not flag this comment, or it is not a first-level one.')
  if (ground.clock.now() > comment.at + 48 * HOUR_MS) throw refuse('The comment is older than 48 hours.')
  if (comment.answered) throw refuse('The comment was answered by a message already.')
  const conversation = conversationOf(ground, comment.customerId, session.accountId)
  if (conversation.window.lastBusinessAt !== null && ground.clock.now() - conversation.window.lastBusinessAt < 24 * HOUR_MS) throw refuse('This person got a message in the past 24 hours.')
  if (!personOf(ground, comment.customerId).available || underEuRules(ground, comment.customerId)) throw refuse('The commenter is under age, gone, or of a region where this is not offered.')
  return conversation
}

const isOwnPost = (ground: Ground, accountId: string, itemId: string): boolean => {
  const post = ground.store.shelf('post').get(itemId)
  return post !== undefined && post.accountId === accountId && post.state !== 'deleted'
}
