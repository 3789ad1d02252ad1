// Associations by the codes that clubs carry.

const NAMES =
  "alb Albania,alg Algeria,and Andorra,ang Angola,arg Argentina,arm Armenia,aus Australia,aut Austria,aze Azerbaijan," +
  "bdi Burundi,bel Belgium,ben Benin,bfa Burkina Faso,bih Bosnia and Herzegovina,blr Belarus,blz Belize,bol Bolivia," +
  "bot Botswana,bra Brazil,bul Bulgaria,can Canada,cgo Congo,cha Chad,chi Chile,chn China,civ Ivory Coast,cmr Cameroon," +
  "cod DR Congo,col Colombia,com Comoros,crc Costa Rica,cro Croatia,cta Central African Republic,cyp Cyprus," +
  "cze Czechia,den Denmark,dji Djibouti,dom Dominican Republic,ecu Ecuador,egy Egypt,eng England,eqg Equatorial Guinea," +
  "esp Spain,est Estonia,eth Ethiopia,fin Finland,fra France,fro Faroe Islands,gab Gabon,geo Georgia,ger Germany," +
  "gha Ghana,gib Gibraltar,gre Greece,gua Guatemala,gui Guinea,guy Guyana,hai Haiti,hon Honduras,hun Hungary," +
  "irl Ireland,isl Iceland,isr Israel,ita Italy,jam Jamaica,jpn Japan,kaz Kazakhstan,ken Kenya,kos Kosovo," +
  "ksa Saudi Arabia,lbr Liberia,lby Libya,lie Liechtenstein,ltu Lithuania,lux Luxembourg,lva Latvia,mad Madagascar," +
  "mar Morocco,mda Moldova,mex Mexico,mkd North Macedonia,mli Mali,mlt Malta,mne Montenegro,moz Mozambique," +
  "mtn Mauritania,mwi Malawi,nam Namibia,nca Nicaragua,ned Netherlands,nga Nigeria,nig Niger,nir Northern Ireland," +
  "nor Norway,nzl New Zealand,pan Panama,par Paraguay,per Peru,pol Poland,por Portugal,pur Puerto Rico,rou Romania," +
  "rsa South Africa,rus Russia,rwa Rwanda,sco Scotland,sen Senegal,sey Seychelles,sle Sierra Leone,slv El Salvador," +
  "smr San Marino,som Somalia,srb Serbia,sdn Sudan,ssd South Sudan,sui Switzerland,sur Suriname,svk Slovakia," +
  "svn Slovenia,swe Sweden,swz Eswatini,tan Tanzania,tog Togo,tri Trinidad and Tobago,tun Tunisia,tur Türkiye," +
  "uga Uganda,ukr Ukraine,uru Uruguay,usa United States,ven Venezuela,wal Wales,zam Zambia,zan Zanzibar,zim Zimbabwe";

const byCode = new Map(NAMES.split(",").map((entry) => [entry.slice(0, 3), entry.slice(4)]));

/** The name of an association; its code in capitals where it is not among them. */
export const country = (code) => byCode.get(code) ?? code.toUpperCase();
