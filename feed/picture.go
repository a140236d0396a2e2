package feed

// Picture is the file of a picture.
type Picture struct {
	MediaType string // image/jpeg, image/png, image/gif or image/webp
	Bytes     []byte
}
