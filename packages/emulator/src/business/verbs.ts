import type { Ground } from '../face.ts'
import { review, sayAutomatically, served, welcome } from './auto.ts'
import { keepMedia } from './media.ts'
import { SAMPLE_JPEG, SAMPLE_MP4 } from './samples.ts'
import { embedUrl, pictureType, webhookComment } from './shapes.ts'
import { accountNamed, bare, customerNamed, personOf, underEuRules } from './stage.ts'
import { arrive, businessWrites, changed, conversationOf, newest, partiesOf, react, read, receive, tell } from './talk.ts'
import type { RespondioVerbs } from '../respondio/types.ts'
import type { Body, BusinessVerbs, Conversation, CustomerWords, LoadVerbs, Message, Said } from './types.ts'
import { allowance } from './window.ts'

const DAY_S = 86_400

/** What people do in messages; part of `world`. */
export function businessVerbs(ground: Ground): Omit<BusinessVerbs, keyof LoadVerbs | keyof RespondioVerbs> {
  const { store } = ground
  const meet = (customer: string, account: string) => conversationOf(ground, customerNamed(ground, customer).id, accountNamed(ground, account).id)
  const said = (m: Message): Said => ({ conversationId: m.conversationId, messageId: m.id })
  const messageIn = (conversation: Conversation, id: string): Message => {
    const found = store.shelf('message').get(id)
    if (!found || found.conversationId !== conversation.id) throw new Error('No message of this conversation has this id')
    return found
  }
  const left = (c: Conversation) => {
    const { left, closesAt } = allowance(c.window, ground.clock.now(), ground.rules.is('window-limit', 'B') ? 'B' : 'A')
    return { left: Number.isFinite(left) ? left : null, closesAt }
  }
  const person = (customer: string, change: Partial<ReturnType<typeof personOf>>) => {
    const id = customerNamed(ground, customer).id
    store.shelf('person').put({ ...personOf(ground, id), ...change })
    for (const c of store.shelf('conversation').filter(c => c.customerId === id)) changed(ground, c)
  }
  const mark = (customer: string, account: string, change: Partial<Conversation>) => {
    const conversation = store.shelf('conversation').put({ ...meet(customer, account), ...change })
    changed(ground, conversation)
  }
  return {
    customerSays: (customer, account, what) => {
      const conversation = meet(customer, account), first = conversation.messages === 0
      const message = say(ground, conversation, what, id => messageIn(conversation, id))
      if (first) welcome(ground, conversation)
      return said(message)
    },
    customerReacts: (customer, account, { messageId, emoji, aiEmojiUrl, remove }) => {
      const conversation = meet(customer, account)
      const target = messageId ? messageIn(conversation, messageId) : newest(ground, conversation, 80).findLast(m => m.from === 'business')
      if (!target) throw new Error('There is no message of the business to react to')
      react(ground, conversation, target, { ...(aiEmojiUrl ? { url: aiEmojiUrl } : { emoji: emoji ?? '❤️' }), ...(remove ? { remove } : {}) })
      return said(target)
    },
    customerReads: (customer, account) => {
      const conversation = meet(customer, account)
      return { conversationId: conversation.id, ...read(ground, conversation) }
    },
    arrivesByAd: (customer, account, ad = {}) => {
      const conversation = meet(customer, account)
      conversation.ads.push({ advertiserId: '7000000000000000001', adId: '1800000000000001', at: ground.clock.now(), adName: 'Spring', embedUrl: embedUrl('7400000000000000001'), ...ad })
      arrive(ground, conversation, 'ad')
      return { conversationId: conversation.id }
    },
    arrivesByLink: (customer, account, link = {}) => {
      const conversation = meet(customer, account), ref = link.ref ?? 'campaign_1'
      if (!/^[\w=-]{1,2083}$/.test(ref)) throw new Error('ref takes only letters, digits, - _ and =')
      conversation.links.push({ prefilled: 'Hi', audit: 'PASS', ...link, ref })
      arrive(ground, conversation, 'short_link')
      return { conversationId: conversation.id }
    },
    becomesEu: (customer, eu = true) => person(customer, { underEuRules: eu }),
    becomesUnavailable: (customer, gone = true) => person(customer, { available: !gone }),
    follows: (customer, account, follower = true) => mark(customer, account, { follower }),
    blocks: (customer, account, blocked = true) => mark(customer, account, { blocked }),
    renames: (customer, handle) => {
      const found = customerNamed(ground, customer)
      if (store.shelf('customer').find(c => c.handle === bare(handle))) throw new Error(`@${bare(handle)} is taken`)
      store.shelf('customer').put(Object.assign(found, { handle: bare(handle) }))
    },
    businessSays: (account, customer, text, from = 'APP', quotes) => {
      const conversation = meet(customer, account)
      if (quotes !== undefined) messageIn(conversation, quotes)
      return said(businessWrites(ground, conversation, { type: 'text', text }, from, quotes))
    },
    asks: (customer, account, autoMessageId) => {
      const conversation = meet(customer, account)
      const asked = [...served(ground, conversation.accountId, 'SUGGESTED_QUESTION'), ...served(ground, conversation.accountId, 'CHAT_PROMPT')].find(m => m.id === autoMessageId)
      if (!asked) throw new Error('The account shows no such question: it must be approved and switched on')
      const { message } = receive(ground, conversation, { type: 'text', text: asked.question ?? asked.content ?? '' })
      if (asked.answer) sayAutomatically(ground, conversation, asked.answer, 'SUGGESTED_QUESTION')
      return said(message)
    },
    customerComments: (customer, account, { text, videoId = '7400000000000000001', highIntent = false, parentId }) => {
      const who = customerNamed(ground, customer), whose = accountNamed(ground, account)
      const comment = store.shelf('comment').put({ id: ground.ids.snowflake('comment'), accountId: whose.id, customerId: who.id, videoId, text, at: ground.clock.now(), highIntent, answered: false, ...(parentId ? { parentId } : {}) })
      tellComment(ground, comment.id, 'insert')
      const conversation = conversationOf(ground, who.id, whose.id)
      if (highIntent && store.shelf('directReply').get(whose.id)?.status === 'ENABLE')
        tell(ground, whose.id, 'im_receive_high_intent_comment', openId => webhookComment(comment, partiesOf(ground, conversation, openId), conversation.follower))
      return { commentId: comment.id }
    },
    commentChanges: (commentId, action) => tellComment(ground, commentId, action),
    reviews: (id, verdict) => {
      if (store.shelf('autoMessage').get(id)?.status !== 'REVIEWING') throw new Error('No automatic message with this id is under review')
      review(ground, id, verdict)
    },
    get conversations() {
      return store.shelf('conversation').all().map(c => ({
        ...c, account: store.shelf('account').get(c.accountId)?.handle ?? '', customer: store.shelf('customer').get(c.customerId)?.handle ?? '', ...left(c),
        typing: c.typingUntil > ground.clock.now(), eu: underEuRules(ground, c.customerId), available: personOf(ground, c.customerId).available,
      }))
    },
    get messages() { return store.shelf('message').all() },
    get autoMessages() { return store.shelf('autoMessage').all() },
    get comments() { return store.shelf('comment').all() },
    talk: (customer, account) => {
      const who = customerNamed(ground, customer), whose = accountNamed(ground, account), eu = underEuRules(ground, who.id)
      const questions = [...served(ground, whose.id, 'SUGGESTED_QUESTION'), ...served(ground, whose.id, 'CHAT_PROMPT')]
      const pair = store.shelf('pair').get(`${who.id}/${whose.id}`), conversation = pair && store.shelf('conversation').get(pair.conversationId)
      if (!conversation) return { conversation: null, messages: [], typing: false, left: null, closesAt: null, eu, questions }
      return { conversation, messages: newest(ground, conversation, 80), typing: conversation.typingUntil > ground.clock.now(), ...left(conversation), eu, questions }
    },
  }
}

/** `comment.update` for apps that listen to comments; its ids are bare numbers beyond 2^53 (5.6). */
function tellComment(ground: Ground, id: string, action: string): void {
  const comment = ground.store.shelf('comment').get(id)
  if (!comment) throw new Error('There is no such comment')
  const fields = JSON.stringify({
    comment_id: 'ID1', video_id: 'ID2', parent_comment_id: 'ID3', comment_type: comment.parentId ? 'reply' : 'comment', comment_action: action,
    unique_identifier: comment.customerId, timestamp: ground.clock.now(), text: comment.text,
  }).replace('"ID1"', comment.id).replace('"ID2"', comment.videoId).replace('"ID3"', comment.parentId ?? '0')
  tell(ground, comment.accountId, 'comment.update', () => fields, { scope: 'comment.list', to: 'COMMENT' })
}

function say(ground: Ground, conversation: Conversation, what: CustomerWords, messageIn: (id: string) => Message): Message {
  if (what.type === 'tap') {
    const card = messageIn(what.messageId)
    const button = card.body.type === 'template' ? card.body.card.buttons.find(b => (b.id ?? b.title) === what.buttonId) : undefined
    if (!button) throw new Error('The message has no such button')
    return receive(ground, conversation, { type: 'text', text: button.title }, { tap: { messageId: card.id, buttonId: button.id ?? '' } }).message
  }
  if (what.type === 'text' && what.quotes !== undefined) messageIn(what.quotes)
  return receive(ground, conversation, bodyOf(ground, conversation, what), what.type === 'text' && what.quotes ? { quotes: what.quotes } : {}).message
}

function bodyOf(ground: Ground, conversation: Conversation, what: Exclude<CustomerWords, { type: 'tap' }>): Body {
  const expires = Math.floor(ground.clock.now() / 1000) + 30 * DAY_S
  switch (what.type) {
    case 'text': {
      if (what.text === '') throw new Error('A text needs words')
      return { type: 'text', text: what.text }
    }
    case 'image': case 'video': {
      const bytes = Buffer.from(what.base64 ?? (what.type === 'image' ? SAMPLE_JPEG : SAMPLE_MP4), 'base64')
      const mime = what.mime ?? (what.type === 'video' ? 'video/mp4' : (pictureType(bytes) ?? 'image/webp'))
      return { type: what.type, mediaId: keepMedia(ground, { kind: what.type === 'image' ? 'IMAGE' : 'VIDEO', mime, accountId: conversation.accountId, appId: null }, bytes).id }
    }
    case 'sticker': return { type: 'sticker', url: what.url ?? `${ground.url()}/business-media/sticker/wave.svg?x-expires=${expires}&x-signature=${ground.ids.word('sticker', 12)}` }
    case 'emoji': return { type: 'emoji', url: what.url ?? `${ground.url()}/business-media/emoji/${(what.emoji ?? '🎉').codePointAt(0)?.toString(16)}.svg`, emoji: what.emoji ?? '🎉' }
    case 'share_post': return { type: 'share_post', itemId: what.itemId ?? ground.store.shelf('post').find(p => p.accountId === conversation.accountId && p.state === 'public')?.id ?? '7400000000000000001' }
    case 'other': return { type: 'other', named: what.named ?? 'voice' }
  }
}
