import type { Platform } from './apps.ts'

/** What we ask for. One scope that an app is not approved for makes TikTok refuse the whole consent (business §2.1), so nothing more than is used. */
export const wanted: Record<Platform, readonly string[]> = {
  developers: ['user.info.basic', 'user.info.profile', 'user.info.stats', 'video.list', 'video.upload', 'video.publish'],
  business: ['user.info.basic', 'user.info.username', 'user.info.profile', 'user.info.stats', 'user.account.type', 'message.list.read', 'message.list.send', 'message.list.manage'],
}

/** What the person did not give. */
export const missingOf = (platform: Platform, granted: string[]) => wanted[platform].filter(scope => !granted.includes(scope))
