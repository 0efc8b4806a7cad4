import type { House } from '../kit/house.ts'

export type Mail = { to: string; subject: string; text: string }

/** Sends a mail when SMTP is configured. False: it was not sent, and the link has to be passed on by hand. Never throws. */
export async function sendMail(house: House, mail: Mail): Promise<boolean> {
  const { smtp } = house.config
  if (!smtp) return false
  try {
    const { createTransport } = await import('nodemailer') // on first use: few installations send mail
    const post = createTransport({ url: smtp.url, connectionTimeout: 10_000, socketTimeout: 20_000 })
    await post.sendMail({ from: smtp.from, to: mail.to, subject: mail.subject, text: mail.text })
    return true
  } catch (why) {
    house.log.warn({ err: why }, 'a mail could not be sent')
    return false
  }
}

export const invitationMail = (to: string, by: string, url: string): Mail => ({
  to, subject: `${by} invites you to Stagedoor`,
  text: `Hello,\n\n${by} invites you to work in Stagedoor, the desk for TikTok messages and posts.\nChoose a password here; the link works once, for seven days:\n\n${url}\n\nIf you did not expect this, leave it.\n`,
})
export const resetMail = (to: string, url: string): Mail => ({
  to, subject: 'A new password for Stagedoor',
  text: `Hello,\n\nsomebody asked for a new password for this address. Set it here; the link works once, for 24 hours:\n\n${url}\n\nIf it was not you, leave it: nothing changes.\n`,
})
