// placeholder until the page exists
