import { notifications } from '@mantine/notifications'
import { IconCircleCheck } from '@tabler/icons-react'

/** Says that something was done. It may offer to undo it; it never carries an error (those stand where they happened). */
export const toast = (message: React.ReactNode) => void notifications.show({ message, icon: <IconCircleCheck size={16} stroke={1.75} />, color: 'gray', autoClose: 5_000, withBorder: false })
