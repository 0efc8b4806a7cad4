import { expect, test } from 'vitest'
import { brokenPromises, readPromises } from './features.ts'

const page = `| What a person can do | Where | Test | Bad day it survives |
|---|---|---|---|
| Answer | inbox | a reply is sent once | a lost answer |
| Publish | posts | a video \\| a post | a cut |
| Nothing | nowhere |  | |
| Three | cells | only |`

test('a promise without a test that ran and passed is found', () => {
  const promises = readPromises(page)
  expect(promises.map(p => p.what)).toEqual(['Answer', 'Publish', 'Nothing', 'Three'])
  const broken = brokenPromises(promises, new Map([['a reply is sent once', 'passed'], ['a video | a post', 'failed']]))
  expect(broken).toHaveLength(3)
  expect(broken[0]).toContain('which failed')
  expect(broken[1]).toContain('names no test')
  expect(broken[2]).toContain('not four')
  expect(brokenPromises([], new Map())).toEqual(['there is not one row'])
})
