package manager

import (
	"context"
	"net/http"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
)

// cardsShown is how many orders a column of the board has.
const cardsShown = 25

// BoardPage is the orders beside each other, by how far they are.
type BoardPage struct {
	Shell
	Columns []BoardColumn
	States  []string
}

// BoardColumn is the orders in one state, the newest first.
type BoardColumn struct {
	State string
	Next  string // the state that usually follows; "" for none
	Count int
	Cards []chat.WorkedOrder
}

// Empty tells whether there is no order at all.
func (p BoardPage) Empty() bool {
	for _, c := range p.Columns {
		if c.Count > 0 {
			return false
		}
	}
	return true
}

// nextState is what usually follows a state of an order.
func nextState(state string) string {
	return map[string]string{chat.OrderNew: chat.OrderConfirmed, chat.OrderConfirmed: chat.OrderPaid, chat.OrderPaid: chat.OrderShipped, chat.OrderShipped: chat.OrderDone}[state]
}

// board shows the orders as columns.
func (s *Server) board(v *visit) error {
	p := BoardPage{Shell: v.shell(v.t("manager.nav_orders"), "orders"), States: chat.OrderStates()}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		p.Columns = nil
		numbers, err := v.numbersTx(ctx, tx)
		if err != nil {
			return err
		}
		counts, err := chat.OrderCountsTx(ctx, tx, numbers)
		if err != nil {
			return err
		}
		for _, state := range p.States {
			cards, err := chat.OrdersTx(ctx, tx, numbers, state, 0, cardsShown)
			if err != nil {
				return err
			}
			p.Columns = append(p.Columns, BoardColumn{State: state, Next: nextState(state), Count: counts[state], Cards: cards})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "board.html", p)
}
