import { describe, expect, test } from 'vitest'
import { BadConfig, isLoopback, readConfig } from './config.ts'

const complaintsOf = (env: Record<string, string>) => {
  try { readConfig(env) } catch (why) { if (why instanceof BadConfig) return why.complaints; throw why }
  return []
}

describe('configuration', () => {
  test('nothing set is the demo: loopback, port 4300, its own folder, the emulator beside it and nothing else private', () => {
    expect(readConfig({})).toMatchObject({
      mode: 'demo', port: 4300, host: '127.0.0.1', publicUrl: null, databaseUrl: null, secret: null, emulatorPort: 4310, emulatorUrl: 'http://127.0.0.1:4310',
      dataDir: expect.stringMatching(/data\/demo$/) as unknown, allowPrivate: ['127.0.0.1:4310'], clockUrl: 'http://127.0.0.1:4310/_emulator/clock', logLevel: 'info',
      tiktok: { apiUrl: 'http://127.0.0.1:4310', authorizeUrl: 'http://127.0.0.1:4310/v2/auth/authorize/', businessUrl: 'http://127.0.0.1:4310/open_api/v1.3' },
    })
  })

  test('credentials make it live: the real TikTok, the wall’s clock, nothing private', () => {
    expect(readConfig({ TIKTOK_CLIENT_KEY: 'k', TIKTOK_CLIENT_SECRET: 's', PORT: '5000' })).toMatchObject({
      mode: 'live', emulatorPort: 5010, emulatorUrl: null, allowPrivate: [], clockUrl: null, dataDir: expect.stringMatching(/data\/live$/) as unknown,
      apps: { developers: { clientKey: 'k', clientSecret: 's' } }, tiktok: { apiUrl: 'https://open.tiktokapis.com', businessUrl: 'https://business-api.tiktok.com/open_api/v1.3' },
    })
    expect(readConfig({ STAGEDOOR_MODE: 'live' }).apps).toEqual({})
  })

  test('everything that is wrong is said at once, and no secret is repeated', () => {
    const found = complaintsOf({
      PORT: 'http', STAGEDOOR_MODE: 'demonstration', PUBLIC_URL: 'http://desk.example.com/path', DATABASE_URL: 'mysql://x', STAGEDOOR_SECRET: 'hunter2',
      TIKTOK_CLIENT_KEY: 'k', TIKTOK_BUSINESS_SECRET: 's', TRUST_PROXY: 'loopback, nowhere', ALLOW_PRIVATE: 'nas', LOG_LEVEL: 'loud', MEDIA_QUOTA: 'much', SMTP_URL: 'smtp://mail',
      EMULATOR_PORT: '99999', TIKTOK_API_URL: 'tiktok',
    })
    expect(found).toHaveLength(15)
    expect(found.join('\n')).not.toContain('hunter2')
    const names = ['PORT', 'STAGEDOOR_MODE', 'PUBLIC_URL', 'DATABASE_URL', 'STAGEDOOR_SECRET', 'TIKTOK_CLIENT_SECRET', 'TIKTOK_BUSINESS_APP_ID', 'TRUST_PROXY', 'ALLOW_PRIVATE', 'LOG_LEVEL', 'MEDIA_QUOTA', 'SMTP_FROM', 'EMULATOR_PORT', 'TIKTOK_API_URL']
    expect(names.filter(name => !found.some(line => line.includes(name)))).toEqual([])
  })

  test('the demo never listens beyond this machine, and a live one beyond it needs its name', () => {
    expect(complaintsOf({ HOST: '0.0.0.0' })).toEqual([expect.stringMatching(/demo never listens beyond/)])
    expect(complaintsOf({ HOST: '0.0.0.0', STAGEDOOR_MODE: 'live' })).toEqual([expect.stringMatching(/set PUBLIC_URL/)])
    expect(complaintsOf({ HOST: '0.0.0.0', STAGEDOOR_MODE: 'live', PUBLIC_URL: 'https://desk.example.com' })).toEqual([])
    expect(complaintsOf({ HOST: '::1' })).toEqual([])
  })

  test.each([['127.0.0.1', true], ['localhost', true], ['[::1]', true], ['::ffff:127.0.0.1', true], ['0.0.0.0', false], ['10.0.0.1', false], ['localhost.example.com', false]])('%s is this machine: %s', (host, loopback) => { expect(isLoopback(host)).toBe(loopback) })

  test.each([['20GB', 20e9], ['1.5 MiB', 1.5 * 1024 * 1024], ['1000', 1000]])('a quota of %s is %d bytes', (text, bytes) => { expect(readConfig({ MEDIA_QUOTA: text }).mediaQuotaBytes).toBe(bytes) })
})
