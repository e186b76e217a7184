package messaging_test

import (
	"slices"
	"testing"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/wire"
)

// A voice message that the customer listens to is told as played: once, after what came before it was told as read.
func TestAVoiceMessageIsPlayed(t *testing.T) {
	t.Parallel()
	withFiles(t, func(s *stall) {
		theirs := s.write("alo")
		audio := func(voice bool) string {
			return s.send(wire.Message{MessagingProduct: "whatsapp", To: lan, Type: "audio", Audio: &wire.Media{ID: s.upload("audio"), Voice: voice}})
		}
		before, voice, song := s.send(text("Nghe nhé")), audio(true), audio(false)
		s.told(nil)
		play := func(wamid string, receipts chat.Rank, want ...string) {
			t.Helper()
			s.must(s.Played(t.Context(), s.phone, lan, wamid, receipts))
			if got := s.statuses(); !slices.Equal(got, want) {
				t.Errorf("played: got %v, want %v", got, want)
			}
		}
		play(voice, chat.Read, "delivered "+before, "delivered "+voice, "read "+before, "read "+voice, "played "+voice)
		play(voice, chat.Read)
		s.must(s.Ack(t.Context(), s.phone, lan, voice, chat.Read)) // it does not go back
		s.equal(s.told(nil))
		for _, other := range []string{before, song, theirs} {
			refused(t, s.Played(t.Context(), s.phone, lan, other, chat.Read), messaging.ErrValue, "message_id")
		}
		refused(t, s.Played(t.Context(), s.phone, lan, "wamid.none", chat.Read), messaging.ErrNoMessage, "message_id")
		refused(t, s.Played(t.Context(), s.phone, lan, "\x00", chat.Read), messaging.ErrValue, "message_id")
		// Who lets nobody know what was read is heard of all the same.
		again := audio(true)
		s.told(nil)
		play(again, chat.Delivered, "delivered "+song, "delivered "+again, "played "+again)
		last := audio(true)
		s.told(nil)
		s.must(s.Ack(t.Context(), s.phone, lan, last, chat.Read))
		s.told(nil)
		s.must(s.Played(t.Context(), s.phone, lan, last, chat.Read))
		s.equal(s.told(map[string]string{last: "VOICE"}),
			`"contacts":[{"profile":{"name":"Nguyễn Lan"},"wa_id":"84901234567","user_id":"VN.3316810341883312"}],"statuses":[{"id":"VOICE","status":"played","timestamp":"1795424400","recipient_id":"84901234567","recipient_user_id":"VN.3316810341883312"}]`)
	})
}
