import { isMessageId, readDraft, type Draft } from './draft.ts'
import { picturesWork, theConversation } from './lists.ts'
import { closedByRules, invalid, No, noPermission, notThere } from './refuse.ts'
import { route, type Session } from './route.ts'
import type { Stage } from './stage.ts'
import { addMessage, conversationOf, echo, mayAnswer } from './talk.ts'
import type { Body, Comment, Conversation } from './types.ts'

const MEDIA_LIFE_MS = 30 * 86_400_000, HOUR_MS = 3_600_000

/** 4.3. The answer's id is nested, and an empty text for an action. The echo runs by itself, sometimes before this answer (G13). */
export const send = route({ name: 'business.send', method: 'POST', path: '/business/message/send/', scope: 'message.list.send', bucket: 'messaging' },
  ({ body }) => readDraft(body),
  (stage, session, draft) => {
    const conversation = 'conversationId' in draft.to ? theConversation(stage, session, asRecipient(draft.to.conversationId)) : byComment(stage, session, draft.to.commentId)
    if (draft.what.type === 'action') return act(stage, conversation, draft.what.action)
    const body = contentOf(stage, session, conversation, draft.what)
    if ('conversationId' in draft.to) mayAnswer(stage, conversation)
    const quotes = draft.what.type === 'text' ? draft.what.quotes : undefined
    const message = addMessage(stage, conversation, { from: 'business', body, source: 'API', appId: session.appId, ...(quotes === undefined ? {} : { quotes }) })
    if ('commentId' in draft.to) { const comment = stage.state.comments[draft.to.commentId]; if (comment) comment.answered = true }
    echo(stage, conversation, message, echoDelay(stage))
    return { message: { message_id: message.id } }
  })

const asRecipient = (id: string): string => {
  if (!isMessageId(id)) throw invalid('recipient', 'A conversation id has 28 characters and ends in ==.', 'G21 ids of wrong shape')
  return id
}

/** −50 … +500 ms around the answer (G13): a negative one is delivered before the answer leaves. */
function echoDelay(stage: Stage): number {
  const timing = stage.rule('echo-timing')
  if (timing === 'before') return -50
  if (timing === 'after') return 200
  const byte = stage.bytes(1)[0] ?? 0
  return Math.round(byte / 255 * 550) - 50
}

function act(stage: Stage, conversation: Conversation, action: 'TYPING' | 'MARK_READ'): unknown {
  if (action === 'TYPING') conversation.typingUntil = stage.now() + 5000
  else conversation.readByBusinessAt = stage.now()
  stage.changed('conversation', conversation.id)
  return { message: { message_id: '' } }
}

function contentOf(stage: Stage, session: Session, conversation: Conversation, what: Exclude<Draft['what'], { type: 'action' }>): Body {
  switch (what.type) {
    case 'text': {
      if (what.quotes !== undefined) quotable(stage, conversation, what.quotes)
      return { type: 'text', text: what.text }
    }
    case 'image': {
      const media = stage.state.media[what.mediaId]
      if (!media || media.account !== session.account || media.appId !== session.appId) throw notThere('The media', 'No picture of this app and account has this media_id.')
      if (stage.now() > media.createdAt + MEDIA_LIFE_MS) throw notThere('The media', 'The media_id is older than 30 days.')
      if (!picturesWork(stage, conversation)) throw refusedPicture(stage)
      return { type: 'image', mediaId: media.id }
    }
    case 'share_post': {
      if (!/^\d{15,20}$/.test(what.itemId)) throw invalid('share_post.item_id', 'An item id is a number of about 19 digits, as text.', 'G21 ids of wrong shape')
      if (!stage.posts(session.account).some(post => post.itemId === what.itemId)) throw notThere('The post', 'Only own posts can be shared; this account has no such post.')
      return { type: 'share_post', itemId: what.itemId }
    }
    case 'template': return { type: 'template', card: what.card }
  }
}

/** Only a text, a picture or a shared post of the same conversation can be quoted (4.3). */
function quotable(stage: Stage, conversation: Conversation, id: string): void {
  const field = 'referenced_message_info.referenced_message_id'
  if (!isMessageId(id)) throw invalid(field, 'A message id has 28 characters.', 'G21 ids of wrong shape')
  const original = stage.state.messages[id]
  if (!original || original.conversationId !== conversation.id) throw notThere('The referenced message', 'No message of this conversation has this id.')
  if (!['text', 'image', 'share_post'].includes(original.body.type)) throw invalid(field, `A ${original.body.type} cannot be quoted; texts, pictures and shared posts can.`)
}

const refusedPicture = (stage: Stage): No => stage.rule('image-refusal') === '40064'
  ? closedByRules('Pictures do not work between these two countries.', 'G25 image-refusal')
  : noPermission('The image capability is not available for this conversation.', 'Pictures do not work between these two countries; ask capabilities/get first.', 'G25 image-refusal')

/** Comment-to-Message (4.9): the comment must be one TikTok flagged, first-level, at most 48 h old, unanswered, and the person not written to for a day. */
function byComment(stage: Stage, session: Session, commentId: string): Conversation {
  const rule = '4.9 comment to message', refuse = (why: string) => noPermission('The comment cannot be replied to by direct message.', why, rule)
  if (!/^\d{15,20}$/.test(commentId)) throw invalid('direct_reply.comment_reply.comment_id', 'A comment id is a number of about 19 digits, as text.', 'G21 ids of wrong shape')
  const comment: Comment | undefined = stage.state.comments[commentId]
  if (!comment || comment.account !== session.account) throw notThere('The comment', 'No comment on this account has this id.')
  if (stage.state.directReply[session.account] !== 'ENABLE') throw refuse('Comment-to-Message is switched off for this account.')
  if (!['VN', 'ID', 'TH'].includes(stage.account(session.account).region)) throw refuse('Only accounts registered in Vietnam, Indonesia or Thailand may do this.')
  if (!comment.highIntent || comment.parentId) throw refuse('TikTok did not flag this comment, or it is not a first-level one.')
  if (stage.now() > comment.at + 48 * HOUR_MS) throw refuse('The comment is older than 48 hours.')
  if (comment.answered) throw refuse('The comment was answered by a message already.')
  const conversation = conversationOf(stage, comment.customer, session.account)
  if (conversation.window.lastBusinessAt !== null && stage.now() - conversation.window.lastBusinessAt < 24 * HOUR_MS) throw refuse('This person got a message in the past 24 hours.')
  if (!stage.customer(comment.customer).available || conversation.eu) throw refuse('The commenter is under age, gone, or of a region where this is not offered.')
  return conversation
}
