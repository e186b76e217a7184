package manager

import (
	"context"
	"net/http"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/phone"
)

// customersShown is how many customers a page lists; customersSearched among how many of the latest it looks for a name.
const (
	customersShown    = 100
	customersSearched = 2000
)

// CustomersPage lists those who talked to the business.
type CustomersPage struct {
	Shell
	Search    string
	Customers []CustomerLine
}

// CustomerLine is a customer in the list.
type CustomerLine struct {
	chat.Buyer
	Title, Phone string
}

// CustomerPage is one customer: chats and orders.
type CustomerPage struct {
	Shell
	Customer CustomerLine
	Country  string
	Chats    []ThreadLine
	Orders   []chat.WorkedOrder
}

func lineOf(b chat.Buyer) CustomerLine {
	return CustomerLine{Buyer: b, Title: name(b.Name, b.WaID), Phone: phone.Display(b.WaID)}
}

// customers lists them.
func (s *Server) customers(v *visit) error {
	p := CustomersPage{Shell: v.shell(v.t("manager.nav_customers"), "customers"), Search: readFilter(v.URL.Query()).Search}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		p.Customers = nil
		numbers, err := v.numbersTx(ctx, tx)
		if err != nil {
			return err
		}
		most := customersShown
		if p.Search != "" {
			most = customersSearched
		}
		list, err := chat.BuyersTx(ctx, tx, numbers, "", most)
		for _, b := range list {
			if len(p.Customers) < customersShown && isCustomer(b.Name, b.WaID, p.Search) {
				p.Customers = append(p.Customers, lineOf(b))
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "customers.html", p)
}

// customer shows one.
func (s *Server) customer(v *visit) error {
	waID := v.PathValue("customer")
	if err := messaging.CheckWaID(waID); err != nil {
		return errNothing
	}
	p := CustomerPage{Country: phone.Country(waID)}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		p.Chats = nil
		numbers, err := v.numbersTx(ctx, tx)
		if err != nil {
			return err
		}
		list, err := chat.BuyersTx(ctx, tx, numbers, waID, 1)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return errNothing
		}
		p.Customer = lineOf(list[0])
		if p.Chats, err = v.threadsTx(ctx, tx, chat.InboxFilter{Customer: waID}, ""); err != nil {
			return err
		}
		p.Orders, err = chat.OrdersOfTx(ctx, tx, numbers, waID, ordersShown)
		return err
	})
	if err != nil {
		return err
	}
	p.Shell = v.shell(p.Customer.Title, "customers")
	return v.show(http.StatusOK, "customer.html", p)
}
