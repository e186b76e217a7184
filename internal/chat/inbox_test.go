package chat_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

const inboxBusiness id.ID = 200000000000001

// written is two customers of one number who wrote, the second one to another number too.
func written(t *testing.T, d *db.DB) {
	t.Helper()
	inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
		for _, at := range []struct {
			phone id.ID
			wa    string
		}{{cartPhone, lan}, {cartPhone, minh}, {cartPhone + 1, minh}} {
			if err := chat.PutCustomerTx(ctx, tx, chat.Customer{WaID: at.wa, Name: "Khách " + at.wa, Locale: "vi"}); err != nil {
				return err
			}
			th, err := chat.ThreadTx(ctx, tx, at.phone, inboxBusiness, at.wa)
			if err != nil {
				return err
			}
			if _, err := chat.AppendTx(ctx, tx, th, chat.Message{PhoneID: at.phone, WaID: at.wa, Type: "text", Content: "{}", Rank: chat.Delivered}); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestTheInboxIsFiltered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		written(t, d)
		phones := []id.ID{cartPhone}
		shown := func(f chat.InboxFilter) (list []string) {
			inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
				threads, err := chat.InboxOfTx(ctx, tx, phones, f, 10)
				list = nil
				for _, th := range threads {
					list = append(list, fmt.Sprintf("%s/%d/%d", th.WaID, th.Unread, th.Agent))
				}
				return err
			})
			return list
		}
		check := func(f chat.InboxFilter, want ...string) {
			t.Helper()
			got := shown(f)
			for _, w := range want {
				if !strings.Contains(strings.Join(got, " "), w) {
					t.Errorf("%+v shows %q, want %q", f, got, want)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%+v shows %q, want %q", f, got, want)
			}
		}
		inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
			if err := chat.AssignTx(ctx, tx, cartPhone, lan, 6); err != nil {
				return err
			}
			return chat.AssignTx(ctx, tx, cartPhone, lan, 7)
		})
		check(chat.InboxFilter{}, lan+"/1/7", minh+"/1/0")
		check(chat.InboxFilter{Agent: 7}, lan+"/1/7")
		check(chat.InboxFilter{Agent: 6})
		check(chat.InboxFilter{Nobodys: true}, minh+"/1/0")
		check(chat.InboxFilter{Unread: true, Customer: minh}, minh+"/1/0")
		inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
			if n, err := chat.WaitingTx(ctx, tx, phones); n != 2 || err != nil {
				t.Errorf("%d messages wait, %v", n, err)
			}
			if who, err := chat.AgentTx(ctx, tx, cartPhone, lan); who != 7 || err != nil {
				t.Errorf("the chat is %d's, %v", who, err)
			}
			return chat.AssignTx(ctx, tx, cartPhone, lan, 0)
		})
		check(chat.InboxFilter{Agent: 7})
	})
}

func TestCustomersAreListedWithWhatTheyOrdered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		written(t, d)
		inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
			for n := range 3 {
				o, _, err := chat.CreateOrderTx(ctx, tx, cartOrder(fmt.Sprint("key", n), fmt.Sprint("wamid.", n)))
				if err != nil {
					return err
				}
				if n == 2 {
					if _, err := chat.SetOrderStateTx(ctx, tx, []id.ID{cartPhone}, o.ID, chat.OrderCancelled, "Lan Anh"); err != nil {
						return err
					}
				}
			}
			return nil
		})
		inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
			list, err := chat.BuyersTx(ctx, tx, []id.ID{cartPhone, cartPhone + 1}, "", 10)
			if err != nil || len(list) != 2 {
				t.Fatalf("%+v, %v", list, err)
			}
			for _, b := range list {
				switch {
				case b.WaID == lan && (b.Orders != 2 || b.Spent == nil || b.Spent.Minor != 280000):
					t.Errorf("Lan: %+v", b)
				case b.WaID == minh && (b.Orders != 0 || b.Spent != nil):
					t.Errorf("Minh: %+v", b)
				}
			}
			if list, err = chat.BuyersTx(ctx, tx, []id.ID{cartPhone + 1}, lan, 10); err != nil || len(list) != 0 {
				t.Errorf("another number's customers: %+v, %v", list, err)
			}
			orders, err := chat.OrdersOfTx(ctx, tx, []id.ID{cartPhone}, lan, 10)
			if len(orders) != 3 {
				t.Errorf("%d orders of Lan", len(orders))
			}
			return err
		})
	})
}

func TestQuickRepliesBelongToABusiness(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		mine, theirs := access.Caller{Businesses: []id.ID{inboxBusiness}}, access.Caller{Businesses: []id.ID{inboxBusiness + 1}}
		put := func(c access.Caller, name, text string) error {
			return d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return chat.PutQuickReplyTx(ctx, tx, c, inboxBusiness, chat.QuickReply{Name: name, Text: text})
			})
		}
		for name, ok := range map[string]bool{"": false, " ": false, strings.Repeat("ệ", 40): true, strings.Repeat("x", 41): false} {
			if err := put(mine, name, "Chào"); (err == nil) != ok {
				t.Errorf("a name of %d characters: %v", len([]rune(name)), err)
			}
		}
		if put(theirs, "x", "x") == nil || put(mine, "x", strings.Repeat("x", 1001)) == nil || put(mine, "x", "") == nil {
			t.Error("a quick reply was kept that must not be")
		}
		if err := put(mine, strings.Repeat("ệ", 40), "Chào bạn"); err != nil {
			t.Fatal(err)
		}
		inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
			list, err := chat.QuickRepliesTx(ctx, tx, mine, inboxBusiness)
			if err != nil || len(list) != 1 || list[0].Text != "Chào bạn" {
				t.Fatalf("%+v, %v", list, err)
			}
			if err := chat.RemoveQuickReplyTx(ctx, tx, theirs, list[0].ID); err != nil {
				return err
			}
			if list, err = chat.QuickRepliesTx(ctx, tx, mine, inboxBusiness); len(list) != 1 {
				t.Error("another business has removed it")
			}
			if list, _ := chat.QuickRepliesTx(ctx, tx, theirs, inboxBusiness); len(list) != 0 {
				t.Error("another business reads it")
			}
			return err
		})
		for n := range 99 {
			if err := put(mine, fmt.Sprint(n), "x"); err != nil {
				t.Fatal(err)
			}
		}
		if put(mine, "one more", "x") == nil {
			t.Error("there are more than a hundred")
		}
	})
}
