import { expect, test } from 'vitest'
import { openLog } from './log.ts'

function lines(say: (log: ReturnType<typeof openLog>) => void, isTTY = false): string {
  let text = ''
  say(openLog('debug', { write: line => { text += line }, isTTY }))
  return text
}

test('no token, cookie, upload address, media link or message body reaches the log, under whatever name', () => {
  const error = Object.assign(new Error('PUT https://open-upload.tiktokapis.com/upload?upload_id=1&upload_token=UPTOK failed'), { cause: new Error('Bearer SECRETSECRET was refused') })
  const text = lines(log => {
    log.info({ accessToken: 'act.TOKEN123', headers: { cookie: 'sid=COOKIE', authorization: 'Bearer SECRETSECRET' }, url: 'http://x/cb?code=CODE1&state=STATE1', uploadUrl: 'https://u/UPURL' }, 'calling')
    log.warn({ err: error }, 'put failed with act.TOKEN123456')
    log.info({ message: { text: 'DEAR CUSTOMER', body: { deep: 'BODY1' } }, list: ['rft.REFRESH123'] }, 'got https://desk/m/abc.LINKLINKLINKLINKLINK')
  })
  expect(text).not.toMatch(/TOKEN123|COOKIE|SECRETSECRET|CODE1|STATE1|UPURL|UPTOK|DEAR CUSTOMER|BODY1|REFRESH123|LINKLINK/)
  expect(text.trim().split('\n').map(line => (JSON.parse(line) as { level: string }).level)).toEqual(['info', 'warn', 'info'])
})

test('error codes, ids and counts stay readable', () => {
  const text = lines(log => { log.info({ requestId: 'r-1', code: 'ECONNREFUSED', status: 503, ms: 12, err: Object.assign(new Error('no'), { code: '57P01' }) }, 'hello') })
  expect(JSON.parse(text)).toMatchObject({ requestId: 'r-1', code: 'ECONNREFUSED', status: 503, ms: 12, msg: 'hello', err: { message: 'no', code: '57P01' } })
})

test('a person who watches gets a readable line', () => {
  expect(lines(log => { log.info({ port: 4300 }, 'listening') }, true)).toMatch(/info.*listening.*port=4300/)
})
