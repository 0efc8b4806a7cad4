import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHouse, type TestHouse } from '../../test/open-house.ts'
import { isAt, publish, readyVideo, story, until } from '../../test/publish.ts'

let stage: TestHouse, accountId: number
beforeAll(async () => {
  stage = await openHouse()
  accountId = await stage.connect('halia.ceramics', ['developers'])
})
afterAll(async () => { await stage.close() })

test('a draft travels from the browser to the creator’s inbox', async () => {
  const asset = await readyVideo(stage)
  expect(asset).toMatchObject({ state: 'ready', mime: 'video/mp4', probe: { codec: 'avc' } })
  const post = await publish(stage, asset.id, { accountId, mode: 'draft' })
  const target = await until(stage, post.id, isAt('in drafts inbox'))
  expect(story(target)).toEqual(['queued', 'init', 'ready', 'sent whole', 'in drafts inbox'])
  expect(stage.tiktok.world.publications.filter(one => one.step === 'in drafts inbox')).toHaveLength(1)
})
