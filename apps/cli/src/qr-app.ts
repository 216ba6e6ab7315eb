// A bundle of its own: only what draws a setup code loads it.
export { drawPng, drawSvg, drawText, qrPicture } from './qr/draw.ts'
