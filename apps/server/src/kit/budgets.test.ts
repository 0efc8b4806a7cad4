import { expect, test } from 'vitest'
import { testGround } from '../../test/test-ground.ts'

const call = { app: 'app-1', bucket: 'messaging', priority: 'send' as const }

test('two processes share one budget: together they never call more often than allowed', async () => {
  const one = await testGround()
  const two = await testGround({}, { databaseUrl: one.databaseUrl() })
  for (const house of [one, two]) house.budgets.define('messaging', { perSecond: 10, burst: 10 })
  const takes = await Promise.all(Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? one : two).budgets.take(call)))
  expect(takes.filter(leave => leave.go)).toHaveLength(10)
  expect(takes.find(leave => !leave.go)).toMatchObject({ go: false, drop: false })
  expect((await one.budgets.take({ ...call, app: 'app-2' })).go).toBe(true)
  one.clock.advance(500)
  const later = await Promise.all(Array.from({ length: 8 }, () => one.budgets.take(call)))
  expect(later.filter(leave => leave.go)).toHaveLength(5)
})

test('a reply goes before courtesies: typing and seen are dropped, history waits', async () => {
  const house = await testGround()
  house.budgets.define('messaging', { perSecond: 10, burst: 10 })
  for (let n = 0; n < 6; n++) await house.budgets.take(call)
  expect(await house.budgets.take({ ...call, priority: 'typing' })).toMatchObject({ go: false, drop: true })
  expect(await house.budgets.take({ ...call, priority: 'history' })).toMatchObject({ go: false, drop: false })
  expect(await house.budgets.take({ ...call, priority: 'seen' })).toEqual({ go: true })
  expect(await house.budgets.take({ ...call, priority: 'seen' })).toMatchObject({ go: false, drop: true })
  expect(await house.budgets.take(call)).toEqual({ go: true })
})

test('after "too many requests" nobody of the app calls until it is over', async () => {
  const one = await testGround()
  const two = await testGround({}, { databaseUrl: one.databaseUrl() })
  await one.budgets.slowDown('app-1', new Date(one.clock.now().getTime() + 5000))
  await one.budgets.slowDown('app-1', new Date(one.clock.now().getTime() + 1000)) // a shorter pause does not end a longer one
  expect((await two.budgets.take(call)).go).toBe(false)
  two.clock.advance(5000)
  expect((await two.budgets.take(call)).go).toBe(true)
})

test('a clock that was set back does not empty the budget', async () => {
  const house = await testGround()
  await house.budgets.take(call)
  house.clock.advance(-86_400_000)
  expect((await house.budgets.take(call)).go).toBe(true)
})
