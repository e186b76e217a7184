package media

import "encoding/binary"

// exifOrientation is tag 0x0112 of the first directory of a TIFF header, 0 where it is missing or wrong.
func exifOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0
	}
	const entry = 12
	start := int64(order.Uint32(tiff[4:]))
	if start+2 > int64(len(tiff)) {
		return 0
	}
	directory := tiff[start+2:]
	for n := order.Uint16(tiff[start:]); n > 0 && len(directory) >= entry; n-- {
		if order.Uint16(directory) == 0x0112 {
			if o := int(order.Uint16(directory[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 0
		}
		directory = directory[entry:]
	}
	return 0
}
