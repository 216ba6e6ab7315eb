// A bundle of its own: only what draws a setup code loads it.
export { drawPng, drawSvg, drawText, type QrPicture, qrPicture } from './qr/draw.ts'
