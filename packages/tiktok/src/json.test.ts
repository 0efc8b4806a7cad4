import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson, quoteBigIntegers } from './json.ts'

test('a 64-bit post id survives as text', () => {
  expect(parseJson('{"publicaly_available_post_id":[7678907398077074696]}')).toEqual({ publicaly_available_post_id: ['7678907398077074696'] })
  expect(JSON.parse('[7678907398077074696]')).toEqual([7678907398077074000]) // what it guards against
})

test('a runtime that does not show a number\u2019s text reads the same', () => {
  expect(parseJson('{"a":[7678907398077074696,-9007199254740993],"b":9007199254740991}', 'quotes')).toEqual({ a: ['7678907398077074696', '-9007199254740993'], b: 9007199254740991 })
})

test('digits inside a string are nobody\u2019s number', () => {
  const text = '{"content":"{\\"id\\":7678907398077074696}","\\\\":"7678907398077074696, 7678907398077074696"}'
  for (const way of ['source', 'quotes'] as const) expect(parseJson(text, way)).toEqual(JSON.parse(text))
  expect(quoteBigIntegers(text)).toBe(text)
})

test('both ways agree on any JSON with any integers', () => {
  const leaf = fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null), fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }))
  const any = fc.letrec(tie => ({ node: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('node')), fc.dictionary(fc.string(), tie('node'))) })).node
  const write = (value: unknown): string => {
    if (typeof value === 'bigint') return String(value)
    if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
    if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}:${write(one)}`).join(',')}}`
    return JSON.stringify(value)
  }
  fc.assert(fc.property(any, value => {
    const text = write(value)
    expect(parseJson(text, 'quotes')).toEqual(parseJson(text, 'source'))
  }))
})

test('any integer at all comes back with its own digits', () => {
  fc.assert(fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), id => {
    expect(String((parseJson(`{"id":${id}}`) as { id: string | number }).id)).toBe(String(id))
  }))
})
