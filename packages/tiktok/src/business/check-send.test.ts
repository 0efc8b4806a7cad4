import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { requests } from '../fixtures/index.ts'
import { checkSend, type SendProblem } from './check-send.ts'
import type { Outgoing } from './types.ts'

const text = (body: string): Outgoing => ({ recipient: 'c', message_type: 'TEXT', text: { body } })
const card = (type: 'QA_BUTTON_CARD' | 'QA_LINK_CARD', title: string, buttons: string[], id?: string): Outgoing =>
  ({ recipient: 'c', message_type: 'TEMPLATE', template: { type, title, buttons: buttons.map(one => ({ type: 'REPLY', title: one, ...(id === undefined ? {} : { id }) })) } })

test('every documented message may be sent', () => {
  const problems = requests.filter(one => one.call === 'business.send').map(one => [one.name, checkSend(one.body as unknown as Outgoing)] as const)
  expect(problems.length).toBeGreaterThan(5)
  expect(problems.filter(([, found]) => found.length > 0)).toEqual([])
})

test('a text has 1 to 6,000 UTF-16 units', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 7000 }), length => {
    expect(checkSend(text('x'.repeat(length)))).toHaveLength(length > 6000 ? 1 : 0)
  }))
  expect(checkSend(text('\u{1F600}'.repeat(3000)))).toEqual([])
  expect(checkSend(text('\u{1F600}'.repeat(3001)))).toEqual([{ field: 'text.body', rule: 'too long', limit: 6000, actual: 6002 }])
  expect(checkSend(text(''))).toEqual([{ field: 'text.body', rule: 'missing', limit: null, actual: null }])
})

test('each broken rule is named', () => {
  const ill = (message: unknown) => checkSend(message as Outgoing).map(({ field, rule }: SendProblem) => `${field} ${rule}`)
  const table: [unknown, string[]][] = [
    [{ ...text('hi'), recipient: '' }, ['recipient missing']],
    [{ ...text('hi'), referenced_message_info: { referenced_message_id: '' } }, ['referenced_message_info.referenced_message_id missing']],
    [{ recipient: 'c', message_type: 'IMAGE', image: { media_id: '' }, referenced_message_info: { referenced_message_id: 'm' } }, ['image.media_id missing', 'referenced_message_info not allowed']],
    [{ recipient: 'c', message_type: 'SHARE_POST', share_post: { item_id: '' } }, ['share_post.item_id missing']],
    [{ recipient: 'c', message_type: 'VIDEO' }, ['message_type not allowed']],
    [{ recipient: 'c', message_type: 'SENDER_ACTION', sender_action: 'DANCE' }, ['sender_action not allowed']],
    [{ direct_reply: { reply_type: 'COMMENT_REPLY', comment_reply: { comment_id: '7' } }, message_type: 'SENDER_ACTION', sender_action: 'TYPING' }, ['direct_reply not allowed']],
    [{ ...text('hi'), direct_reply: { reply_type: 'COMMENT_REPLY', comment_reply: { comment_id: '' } } }, ['recipient not allowed', 'direct_reply.comment_reply.comment_id missing']],
    [card('QA_BUTTON_CARD', 'x'.repeat(41), []), ['template.title too long', 'template.buttons too few']],
    [card('QA_BUTTON_CARD', 'x', ['a', 'b', 'c', 'd']), ['template.buttons too many']],
    [card('QA_BUTTON_CARD', 'x', ['b'.repeat(21)]), ['template.buttons[0].title too long']],
    [card('QA_LINK_CARD', 'x', ['b'.repeat(40)]), []],
    [card('QA_LINK_CARD', 'x', ['b'.repeat(41)], 'i'.repeat(41)), ['template.buttons[0].title too long', 'template.buttons[0].id too long']],
    [{ recipient: 'c', message_type: 'TEMPLATE', template: { type: 'MENU', title: 't', buttons: [{ type: 'URL', title: 'b' }] } }, ['template.type not allowed', 'template.buttons[0].type not allowed']],
  ]
  for (const [message, expected] of table) expect(ill(message)).toEqual(expected)
})
