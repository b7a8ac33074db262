// What the templates of the admin's skin ask Alpine for, as data that its CSP build can read: it sees no globals.
const KEY = "admin-sidebar";

document.addEventListener("alpine:init", () => {
  const { Alpine } = window;
  Alpine.data("skin", () => ({
    openModal: false,
    filterOpen: false,
    openAllApplications: false,
    init() {
      for (const name of ["openModal", "filterOpen", "openAllApplications"]) {
        this.$watch(name, (open) => document.body.classList.toggle("overflow-hidden", open));
      }
    },
  }));
  Alpine.data("page", () => ({
    activeTab: document.getElementById(`${location.hash.slice(1)}-group`)
      ? location.hash.slice(1)
      : document.body.dataset.firstTab,
    sidebarMobileOpen: false,
    sidebarDesktopOpen: sessionStorage.getItem(KEY) !== "0",
    window: { location: { pathname: location.pathname, search: location.search } },
    toggleSidebar() {
      this.sidebarDesktopOpen = !this.sidebarDesktopOpen;
      sessionStorage.setItem(KEY, this.sidebarDesktopOpen ? "1" : "0");
    },
  }));
  Alpine.data("searchForm", () => ({
    applyShortcut(event) {
      const at = document.activeElement;
      if (event.key !== "/" || at.isContentEditable || /^(input|textarea|select)$/i.test(at.tagName)) return;
      event.preventDefault();
      this.$refs.searchInput.focus();
    },
  }));
});

// The skin's own script asks these two whether they are at work; neither is needed here.
window.SimpleBar = { instances: new Map() };
window.Chart = { defaults: { font: {} } };

// The page of the list of pages shows where we are.
addEventListener("load", () => {
  document.querySelector("#nav-sidebar-apps a.active")?.scrollIntoView({ block: "nearest" });
});
