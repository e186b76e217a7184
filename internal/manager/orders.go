package manager

import (
	"context"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
)

// ordersShown is how many orders a page of the list has.
const ordersShown = 50

// OrdersPage lists orders by state.
type OrdersPage struct {
	Shell
	State  string
	States []string
	Counts map[string]int
	Orders []chat.WorkedOrder
	Next   string
}

// OrderPage is one order.
type OrderPage struct {
	Shell
	Order  chat.WorkedOrder
	Phone  string // the customer's, for people
	Lines  []OrderLine
	Steps  []chat.OrderStep
	States []string
	// Now is what the order would cost today; Differs tells that this is not what the customer was shown.
	Now     money.Amount
	Differs bool
	Open    bool // the customer service window
	// Bills are those of the customer whose status can change: what becomes of the order can be told as that of a bill.
	Bills   []chat.Bill
	Problem *Problem
}

// OrderLine is a line and what the item costs now.
type OrderLine struct {
	chat.OrderLine
	Item    id.ID // zero: the item is gone
	Now     money.Amount
	Changed bool
}

// numbersTx are the ids of the business's numbers.
func (v *visit) numbersTx(ctx context.Context, tx *db.Tx) ([]id.ID, error) {
	numbers, err := waba.NumbersTx(ctx, tx, v.caller)
	list := make([]id.ID, len(numbers))
	for n := range numbers {
		list[n] = numbers[n].ID
	}
	return list, err
}

// orders lists them.
func (s *Server) orders(v *visit) error {
	p := OrdersPage{Shell: v.shell(v.t("manager.nav_orders"), "orders"), State: v.URL.Query().Get("state"), States: chat.OrderStates()}
	if p.State != "" && !slices.Contains(p.States, p.State) {
		return errNothing
	}
	before, err := cursor(v.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		numbers, err := v.numbersTx(ctx, tx)
		if err != nil {
			return err
		}
		if p.Counts, err = chat.OrderCountsTx(ctx, tx, numbers); err != nil {
			return err
		}
		p.Orders, err = chat.OrdersTx(ctx, tx, numbers, p.State, before, ordersShown+1)
		return err
	})
	if err != nil {
		return err
	}
	if len(p.Orders) > ordersShown {
		p.Orders = p.Orders[:ordersShown]
		p.Next = v.at("/orders?state=" + p.State + "&before=" + p.Orders[ordersShown-1].ID.String())
	}
	return v.show(http.StatusOK, "orders.html", p)
}

// order shows one.
func (s *Server) order(v *visit) error { return s.showOrder(v, http.StatusOK, nil) }

func (s *Server) showOrder(v *visit, status int, problem *Problem) error {
	i, err := v.pathID("order")
	if err != nil {
		return err
	}
	p := OrderPage{States: chat.OrderStates(), Problem: problem}
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		numbers, err := v.numbersTx(ctx, tx)
		if err != nil {
			return err
		}
		if p.Order, p.Steps, err = chat.OrderTx(ctx, tx, numbers, i); err != nil {
			return err
		}
		t, _, err := chat.FindThreadTx(ctx, tx, p.Order.PhoneID, p.Order.WaID)
		if err != nil {
			return err
		}
		p.Open = t.Open(tx.Now())
		if p.Bills, err = chat.OpenBillsTx(ctx, tx, p.Order.PhoneID, p.Order.WaID, billsShown); err != nil {
			return err
		}
		return p.priceTx(ctx, tx)
	})
	if err != nil {
		return err
	}
	p.Phone = phone.Display(p.Order.WaID)
	p.Shell = v.shell(v.t("manager.order_of", "name", p.Order.Customer), "orders")
	return v.show(status, "order.html", p)
}

// priceTx works out what the order's lines cost now.
func (p *OrderPage) priceTx(ctx context.Context, tx *db.Tx) error {
	skus := make([]string, len(p.Order.Lines))
	for n, l := range p.Order.Lines {
		skus[n] = l.RetailerID
	}
	items, err := catalog.ItemsByRetailerTx(ctx, tx, p.Order.CatalogID, skus)
	if err != nil {
		return err
	}
	p.Lines, p.Now = nil, money.Amount{}
	for _, l := range p.Order.Lines {
		line := OrderLine{OrderLine: l, Now: l.Unit}
		if i, ok := items[l.RetailerID]; ok {
			line.Item, line.Now = i.ID, i.PriceAt(tx.Now())
		}
		line.Changed = line.Now != l.Unit
		p.Lines = append(p.Lines, line)
		if line.Now.Currency == l.Unit.Currency {
			p.Now = p.Now.Plus(line.Now.Times(l.Quantity))
		}
	}
	p.Differs = p.Now != p.Order.Total
	return nil
}

// workOrder takes an order to another state, and tells the customer where that was asked for.
func (s *Server) workOrder(v *visit) error {
	i, err := v.pathID("order")
	if err != nil {
		return err
	}
	state := v.PostFormValue("state")
	var order chat.WorkedOrder
	changed := false
	err = s.DB.Update(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		numbers, err := v.numbersTx(ctx, tx)
		if err != nil {
			return err
		}
		if order, _, err = chat.OrderTx(ctx, tx, numbers, i); err != nil {
			return err
		}
		changed, err = chat.SetOrderStateTx(ctx, tx, numbers, i, state, v.person.Name)
		return err
	})
	if err != nil {
		return err
	}
	if changed && v.PostFormValue("tell") != "" {
		err := s.tellOrder(v, order, state)
		if problem, ok := v.words(err); ok {
			return s.showOrder(v, http.StatusUnprocessableEntity, &problem)
		}
		if err != nil {
			return err
		}
	}
	return v.done(v.back("/orders/"+i.String()), "manager.done_saved")
}

// write sends a text to a customer, as the API would.
func (s *Server) write(v *visit, number id.ID, waID, text, answers string) error {
	m := map[string]any{"messaging_product": "whatsapp", "to": waID, "type": "text", "text": map[string]any{"body": text}}
	if answers != "" {
		m["context"] = map[string]any{"message_id": answers}
	}
	return s.deliver(v, number, m)
}

// ordersCSV are all orders as a file, a line an item.
func (s *Server) ordersCSV(v *visit) error {
	v.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="orders.csv"`)
	out := csv.NewWriter(v.w)
	head := []string{"order", "at", "state", "customer", "phone", "note", "retailer_id", "title", "quantity", "unit_price", "currency", "line_total", "order_total"}
	_ = out.Write(head) // a reader who went away ends the request
	for before := id.ID(0); ; {
		var page []chat.WorkedOrder
		err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
			numbers, err := v.numbersTx(ctx, tx)
			if err != nil {
				return err
			}
			if page, err = chat.OrdersTx(ctx, tx, numbers, "", before, ordersShown); err != nil {
				return err
			}
			for n := range page {
				if page[n], _, err = chat.OrderTx(ctx, tx, numbers, page[n].ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, o := range page {
			before = o.ID
			for _, l := range o.Lines {
				row := []string{
					o.ID.String(), o.CreatedAt.UTC().Format(time.RFC3339), o.State, o.Customer, o.WaID, o.Note, l.RetailerID, l.Title, strconv.Itoa(l.Quantity),
					l.Unit.Major(), l.Unit.Currency, l.Total().Major(), o.Total.Major(),
				}
				for n := range row {
					row[n] = harmless(row[n])
				}
				_ = out.Write(row) // a reader who went away ends the request
			}
		}
		if out.Flush(); len(page) < ordersShown {
			return nil
		}
	}
}
