import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { count, cut, plain, span, table, widthOf } from './show.ts'

const terminal = (columns: number) => Object.assign(new PassThrough(), { isTTY: true, columns })
const rows = [{ name: 'Rita', said: 'Do you ship to Lisbon?' }, { name: 'ゆき', said: '👋🏽 hi' }, { name: '', said: 'x'.repeat(60) }]
const columns = [{ title: 'NAME', of: (row: typeof rows[0]) => row.name }, { title: 'SAID', of: (row: typeof rows[0]) => row.said, grow: true }, { title: 'N', of: () => '1', right: true }]

test('columns stand under each other, whatever script they are written in, and fit the terminal', () => {
  const lines = table(rows, columns, terminal(40)).split('\n')
  for (const line of lines) expect(widthOf(line)).toBe(40)
  expect(lines[3]).toContain('…')
  expect(table(rows, columns, Object.assign(new PassThrough(), { isTTY: false }))).toContain('x'.repeat(60))
})

test('a stranger’s text cannot steer the terminal: escapes, line breaks and turned writing are taken out', () => {
  expect(plain('a\u001B[31mb\u001B]0;title\u0007c\r\nd\u202Ee')).not.toMatch(/(?!\u200D)[\p{Cc}\p{Cf}]/u)
  expect(plain('family: 👨‍👩‍👧')).toBe('family: 👨‍👩‍👧')
  expect(table([{ a: 'one\ntwo' }], [{ title: 'A', of: row => row.a }]).split('\n')).toHaveLength(2)
})

test('texts are cut between letters, and numbers are spoken', () => {
  expect(cut('👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 5)).toBe('👨‍👩‍👧👨‍👩‍👧…')
  expect([span(40_000), span(3_600_000), span(5 * 3_600_000 + 12 * 60_000), span(43.5 * 3_600_000)]).toEqual(['40 s', '1 h', '5 h 12 min', '43 h'])
  expect([count(1, 'day'), count(2, 'day')]).toEqual(['1 day', '2 days'])
})
