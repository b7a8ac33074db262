// The skin of the admin knows one class for its dark colours: set before anything is painted, as the site or the device wants.
const root = document.documentElement;
const night = matchMedia("(prefers-color-scheme: dark)");
const paint = () => root.classList.toggle("dark", root.dataset.theme ? root.dataset.theme === "dark" : night.matches);
paint();
night.addEventListener("change", paint);
// What opens and closes stays closed until its script is at work; without scripts it stands open.
root.classList.add("has-script", "skin-waits");
document.addEventListener("alpine:initialized", () => root.classList.remove("skin-waits"));
