import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from './world.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'emulator-world-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('whatever was put, dropped and flushed is what a new start finds', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.option(fc.integer()), fc.boolean())), async steps => {
    rmSync(folder, { recursive: true, force: true })
    const store = openStore(folder)
    for (const [id, n, flush] of steps) {
      if (n === null) store.shelf('counter').drop(id)
      else store.shelf('counter').put({ id, n })
      if (flush) await store.flush()
    }
    await store.flush()
    const before = store.everything()
    store.close()
    const again = openStore(folder)
    expect(new Map(again.everything().map(([kind, id, record]) => [`${kind} ${id}`, record]))).toEqual(new Map(before.map(([kind, id, record]) => [`${kind} ${id}`, record])))
    again.close()
  }), { numRuns: 30 })
})

test('a journal that grew is folded into one file, and nothing is lost', async () => {
  const store = openStore(folder)
  const text = 'x'.repeat(1_000_000)
  for (let i = 0; i < 40; i++) {
    store.shelf('setting').put({ id: `s${i % 4}`, value: text + String(i) })
    await store.flush()
  }
  store.close()
  expect(readdirSync(folder)).toContain('world.jsonl')
  expect(readFileSync(join(folder, 'world.jsonl')).length).toBeLessThan(6_000_000)
  const again = openStore(folder)
  expect(again.shelf('setting').all().map(s => String(s.value).slice(1_000_000)).toSorted()).toEqual(['36', '37', '38', '39'])
  again.close()
})

test('calls that arrive during a write share the next one', async () => {
  const store = openStore(folder)
  const puts = Array.from({ length: 100 }, (_, n) => {
    store.shelf('counter').put({ id: `c${n}`, n })
    return store.flush()
  })
  await Promise.all(puts)
  store.close()
  const journal = readdirSync(folder).find(name => name.startsWith('changes-'))!
  expect(readFileSync(join(folder, journal), 'utf8').trim().split('\n').length).toBeLessThan(5)
  const again = openStore(folder)
  expect(again.shelf('counter').size).toBe(100)
  again.close()
})
