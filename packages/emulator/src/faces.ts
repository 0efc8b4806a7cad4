import { business } from './business/face.ts'
import { control } from './control.ts'
import { respondio } from './respondio/face.ts'
import { screens } from './screens.ts'
import type { MakeFace } from './face.ts'
import { display } from './display/face.ts'
import { pictures } from './display/pictures.ts'
import { login } from './login/face.ts'
import { posting } from './posting/face.ts'
import { upload } from './upload/face.ts'

/** Every face there is. The order matters only for documents. */
export const allFaces: MakeFace[] = [control, login, display, posting, upload, pictures, business, respondio, screens]
