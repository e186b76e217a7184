package attachment

// Stickers: one that moves may be larger.
const (
	stickerType  = "image/webp"
	stillSticker = 100 << 10
)

// moves tells whether a WebP is animated: its extended header says so.
func moves(head []byte) bool {
	const kindAt, flagsAt, animation = 12, 20, 0x02
	return len(head) > flagsAt && string(head[kindAt:kindAt+4]) == "VP8X" && head[flagsAt]&animation != 0
}

// deep tells whether a PNG has more than 8 bits a channel, which phones do not show.
func deep(mime string, head []byte) bool {
	const depthAt, most = 24, 8
	return mime == "image/png" && len(head) > depthAt && head[depthAt] > most
}
